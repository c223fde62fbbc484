// Package casework decides what becomes of an application for service A: what
// its term is, which step comes next, what the executor's check finds, how much
// working time is left. It is pure: the same arguments give the same case.
package casework
