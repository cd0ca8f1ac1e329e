//go:build cgo && withc

package main

/*
#include <unistd.h>
static void wait_for_ever(void) { pause(); }
static void spin(void) { for (;;) usleep(100000); }
*/
import "C"

func init() {
	extra = append(extra, func() {
		go func() { C.wait_for_ever() }()
		go func() { C.spin() }()
	})
}
