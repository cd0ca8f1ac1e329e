// Package stack has a stack, and what adds up numbers with it.
package stack

// Stack holds values of any type. A number in an interface is a block of its own.
type Stack struct {
	values []any
}

// Push puts a value on top.
func (s *Stack) Push(value any) {
	s.values = append(s.values, value)
}

// Pop takes the value on top, if there is one.
func (s *Stack) Pop() (any, bool) {
	if len(s.values) == 0 {
		return nil, false
	}
	last := len(s.values) - 1
	value := s.values[last]
	s.values = s.values[:last]
	return value, true
}

// Adder adds numbers up, the last first.
type Adder struct {
	stack Stack
}

// Sum returns the sum of the numbers.
func (a *Adder) Sum(numbers []int) int {
	for _, number := range numbers {
		a.stack.Push(number)
	}
	sum := 0
	for value, ok := a.stack.Pop(); ok; value, ok = a.stack.Pop() {
		sum += value.(int)
	}
	return sum
}
