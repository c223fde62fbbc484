package web

import (
	"context"
	"sync"

	"osmsd/sync/store"
)

// memory keeps what takes long to work out for as long as the register and the
// day are the same. What is asked for by several at once is worked out once.
type memory[K comparable, T any] struct {
	mu    sync.Mutex
	cells map[K]*cell[T]
	order []K
}

type cell[T any] struct {
	mu    sync.Mutex
	made  bool
	at    stamp
	value T
}

// stamp says when what is remembered is still true.
type stamp struct {
	version store.Version
	day     int
}

// most is how many values are kept: a few months are looked at again and again.
const most = 6

func (m *memory[K, T]) cell(key K) *cell[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cells == nil {
		m.cells = map[K]*cell[T]{}
	}
	c := m.cells[key]
	if c == nil {
		c = &cell[T]{}
		m.cells[key] = c
		if m.order = append(m.order, key); len(m.order) > most {
			delete(m.cells, m.order[0])
			m.order = m.order[1:]
		}
	}
	return c
}

// get gives what is remembered under a key, or makes it.
func (m *memory[K, T]) get(ctx context.Context, q *ask, key K, make func(context.Context) (T, error)) (T, error) {
	version, err := q.store().Version(ctx)
	if err != nil {
		var none T
		return none, err
	}
	now := stamp{version, int(q.today())}
	c := m.cell(key)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made && c.at == now {
		return c.value, nil
	}
	value, err := make(ctx)
	if err == nil {
		c.made, c.at, c.value = true, now, value
	}
	return value, err
}
