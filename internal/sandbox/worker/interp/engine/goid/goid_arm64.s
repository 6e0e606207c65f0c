#include "textflag.h"

// func Current() uintptr
TEXT ·Current(SB), NOSPLIT, $0-8
	MOVD ·offset(SB), R1
	MOVD (g)(R1), R0
	MOVD R0, ret+0(FP)
	RET
