#include "textflag.h"

// A trampoline puts its closure where Go's calling convention wants it (DX) and
// jumps to the closure's code. It has no frame and touches neither the stack
// nor an argument register, so a traceback never meets it. R12 is scratch in
// ABIInternal.
#define SLOT(i) \
	PCALIGN $16 \
	MOVQ ·closures+(8*(i))(SB), DX \
	MOVQ (DX), R12 \
	JMP R12

#define SLOT4(i) SLOT(i); SLOT(i+1); SLOT(i+2); SLOT(i+3)
#define SLOT16(i) SLOT4(i); SLOT4(i+4); SLOT4(i+8); SLOT4(i+12)
#define SLOT64(i) SLOT16(i); SLOT16(i+16); SLOT16(i+32); SLOT16(i+48)
#define SLOT256(i) SLOT64(i); SLOT64(i+64); SLOT64(i+128); SLOT64(i+192)
#define SLOT1024(i) SLOT256(i); SLOT256(i+256); SLOT256(i+512); SLOT256(i+768)

TEXT ·slots(SB), NOSPLIT|NOFRAME, $0-0
	SLOT1024(0)
	SLOT1024(1024)
	SLOT1024(2048)
	SLOT1024(3072)
	SLOT1024(4096)
	SLOT1024(5120)
	SLOT1024(6144)
	SLOT1024(7168)
	RET

// func slotBase() uintptr
TEXT ·slotBase(SB), NOSPLIT, $0-8
	MOVQ $·slots(SB), AX
	MOVQ AX, ret+0(FP)
	RET
