package main

import (
	"container/list"
	"fmt"
	"time"
)

type entry struct {
	key, value int
}

type cache struct {
	most  int
	order *list.List
	items map[int]*list.Element
}

func (c *cache) get(key int) (int, bool) {
	e, ok := c.items[key]
	if !ok {
		return 0, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry).value, true
}

func (c *cache) put(key, value int) {
	if e, ok := c.items[key]; ok {
		e.Value.(*entry).value = value
		c.order.MoveToFront(e)
		return
	}
	c.items[key] = c.order.PushFront(&entry{key, value})
	if c.order.Len() > c.most {
		last := c.order.Back()
		delete(c.items, last.Value.(*entry).key)
		c.order.Remove(last)
	}
}

func work() any {
	c := &cache{100, list.New(), map[int]*list.Element{}}
	hits, x := 0, 1
	for i := 0; i < 50000; i++ {
		x = (x*1103515245 + 12345) % 2147483648
		key := x / 65536 % 150
		if _, ok := c.get(key); ok {
			hits++
		} else {
			c.put(key, i)
		}
	}
	return hits
}

func main() {
	start := time.Now()
	result := work()
	fmt.Println(result, time.Since(start).Nanoseconds())
}
