package queue

import "testing"

func orders() []Order {
	orders := make([]Order, 100)
	for i := range orders {
		orders[i] = Order{ID: i, Count: 1 + i%3, Cents: 100}
	}
	return orders
}

func TestBookLater(t *testing.T) {
	var queue Queue
	var ledger Ledger
	ledger.BookLater(&queue, orders())
	if ledger.cents != 0 {
		t.Errorf("found %d booked before its time", ledger.cents)
	}
	queue.Run()
	queue.Run()
	if ledger.cents != 19900 {
		t.Errorf("found %d, expected 19900", ledger.cents)
	}
}

func BenchmarkBookLater(b *testing.B) {
	var queue Queue
	var ledger Ledger
	orders := orders()
	for b.Loop() {
		ledger.BookLater(&queue, orders)
		queue.Run()
	}
}
