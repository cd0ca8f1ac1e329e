// Package stack has a stack, and what adds up numbers with it.
package stack

// Stack holds values of one type, in the array itself.
type Stack[T any] struct {
	values []T
}

// Push puts a value on top.
func (s *Stack[T]) Push(value T) {
	s.values = append(s.values, value)
}

// Pop takes the value on top, if there is one.
func (s *Stack[T]) Pop() (T, bool) {
	if len(s.values) == 0 {
		var none T
		return none, false
	}
	last := len(s.values) - 1
	value := s.values[last]
	s.values = s.values[:last]
	return value, true
}

// Adder adds numbers up, the last first.
type Adder struct {
	stack Stack[int]
}

// Sum returns the sum of the numbers.
func (a *Adder) Sum(numbers []int) int {
	for _, number := range numbers {
		a.stack.Push(number)
	}
	sum := 0
	for value, ok := a.stack.Pop(); ok; value, ok = a.stack.Pop() {
		sum += value
	}
	return sum
}
