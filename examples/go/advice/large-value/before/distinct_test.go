package distinct

import "testing"

func numbers() []uint32 {
	numbers := make([]uint32, 1000)
	for i := range numbers {
		numbers[i] = uint32(i % 700 * 331)
	}
	return numbers
}

func TestCount(t *testing.T) {
	for range 2 {
		if count := Count(numbers()); count != 700 {
			t.Errorf("found %d, expected 700", count)
		}
	}
}

func BenchmarkCount(b *testing.B) {
	numbers := numbers()
	for b.Loop() {
		Count(numbers)
	}
}
