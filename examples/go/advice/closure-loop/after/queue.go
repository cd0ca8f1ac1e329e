// Package queue books orders when there is time for it.
package queue

// Order is what is booked.
type Order struct {
	ID, Count, Cents int
}

// Queue has what is to be done later.
type Queue struct {
	jobs []job
}

// job has in it what the closure would hold.
type job struct {
	ledger *Ledger
	order  Order
}

// Run does it.
func (q *Queue) Run() {
	for _, job := range q.jobs {
		job.ledger.book(job.order)
	}
	q.jobs = q.jobs[:0]
}

// Ledger adds up orders.
type Ledger struct {
	cents int
}

// BookLater has the queue book the orders.
func (l *Ledger) BookLater(q *Queue, orders []Order) {
	for _, order := range orders {
		q.jobs = append(q.jobs, job{l, order})
	}
}

func (l *Ledger) book(order Order) {
	l.cents += order.Count * order.Cents
}
