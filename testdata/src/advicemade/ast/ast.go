// Package ast has the nodes of a tree, which point to others.
package ast

// Type has elements of a type.
type Type struct {
	Name string
	Elem *Type
}
