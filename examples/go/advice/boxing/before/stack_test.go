package stack

import "testing"

func numbers() []int {
	numbers := make([]int, 100)
	for i := range numbers {
		numbers[i] = 1000 + i
	}
	return numbers
}

func TestSum(t *testing.T) {
	var adder Adder
	for range 3 {
		if sum := adder.Sum(numbers()); sum != 104950 {
			t.Errorf("found %d, expected 104950", sum)
		}
	}
}

func BenchmarkSum(b *testing.B) {
	var adder Adder
	numbers := numbers()
	for b.Loop() {
		adder.Sum(numbers)
	}
}
