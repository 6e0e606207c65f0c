#include "textflag.h"

// func goroutineID() uintptr
TEXT ·goroutineID(SB), NOSPLIT, $0-8
	MOVD ·goidOffset(SB), R1
	MOVD (g)(R1), R0
	MOVD R0, ret+0(FP)
	RET
