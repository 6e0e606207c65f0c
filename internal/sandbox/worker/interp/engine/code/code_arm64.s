#include "textflag.h"

// As on amd64; R26 holds the function value, and R27 is the assembler's scratch
// register.
#define ENTRY \
	PCALIGN $16 \
	MOVD 8(R26), R26 \
	MOVD (R26), R27 \
	JMP (R27)

#define ENTRY4 ENTRY; ENTRY; ENTRY; ENTRY
#define ENTRY16 ENTRY4; ENTRY4; ENTRY4; ENTRY4
#define ENTRY64 ENTRY16; ENTRY16; ENTRY16; ENTRY16
#define ENTRY256 ENTRY64; ENTRY64; ENTRY64; ENTRY64
#define ENTRY1024 ENTRY256; ENTRY256; ENTRY256; ENTRY256

TEXT ·entries(SB), NOSPLIT|NOFRAME, $0-0
	ENTRY1024
	ENTRY1024
	ENTRY1024
	ENTRY1024
	RET

// func base() uintptr
TEXT ·base(SB), NOSPLIT, $0-8
	MOVD $·entries(SB), R0
	MOVD R0, ret+0(FP)
	RET
