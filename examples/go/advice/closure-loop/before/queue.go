// Package queue books orders when there is time for it.
package queue

// Order is what is booked.
type Order struct {
	ID, Count, Cents int
}

// Queue has what is to be done later.
type Queue struct {
	jobs []func()
}

// Run does it.
func (q *Queue) Run() {
	for _, job := range q.jobs {
		job()
	}
	q.jobs = q.jobs[:0]
}

// Ledger adds up orders.
type Ledger struct {
	cents int
}

// BookLater has the queue book the orders. Each closure holds its order, on the heap.
func (l *Ledger) BookLater(q *Queue, orders []Order) {
	for _, order := range orders {
		q.jobs = append(q.jobs, func() { l.book(order) })
	}
}

func (l *Ledger) book(order Order) {
	l.cents += order.Count * order.Cents
}
