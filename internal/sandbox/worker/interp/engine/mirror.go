//lint:file-ignore U1000 these fields are where they are because yaegi has them there

package engine

import (
	"go/token"
	"reflect"
	"sync"
	"unsafe"

	"github.com/traefik/yaegi/interp"
)

// The types in this file have the memory layout of yaegi v0.16.1's own. They
// are how this package reads the graph that yaegi compiled and puts operations
// into it. SelfTest checks them.

// bltn executes one node and returns what to execute next.
type bltn func(*frame) bltn

// frame is the data of one call.
type frame struct {
	id        uint64
	debug     unsafe.Pointer
	root, anc *frame
	data      []reflect.Value
	mutex     sync.RWMutex
	deferred  [][]reflect.Value
	recovered any
	done      reflect.SelectCase

	// What follows is this package's own. yaegi knows nothing of it, and it is
	// there only in frames that this package made.

	fn      *fn
	g       *goroutine
	caller  *frame
	pos     int32 // offset in the lowered source of what runs
	block   reflect.Value
	base    unsafe.Pointer // of the block
	defers  []deferred
	panics  *panicking // what makes this function end, while its defers run
	rescuer *frame     // the frame whose panic a recover here would stop
}

// node is a vertex of the syntax tree and of the control-flow graph.
type node struct {
	debug      unsafe.Pointer
	child      []*node
	anc        *node
	param      []*itype
	start      *node
	tnext      *node
	fnext      *node
	interp     *interp.Interpreter
	index      int64
	findex     int
	level      int
	nleft      int
	nright     int
	kind       uint
	pos        token.Pos
	sym        *symbol
	typ        *itype
	recv       unsafe.Pointer
	types      []reflect.Type
	scope      unsafe.Pointer
	action     uint
	exec       bltn
	gen        func(*node)
	val        any
	rval       reflect.Value
	ident      string
	redeclared bool
	meta       any
}

type symbol struct {
	kind    uint
	typ     *itype
	node    *node
	from    []*node
	recv    unsafe.Pointer
	index   int
	rval    reflect.Value
	builtin func(*node)
	global  bool
}

type itype struct {
	cat          uint
	field        []structField
	key          *itype
	val          *itype
	recv         *itype
	arg          []*itype
	ret          []*itype
	ptr          *itype
	method       []*node
	constraint   []*itype
	ulconstraint []*itype
	instance     []*itype
	name         string
	path         string
	length       int
	rtype        reflect.Type
	node         *node
	scope        unsafe.Pointer
	str          string
	incomplete   bool
	untyped      bool
	isBinMethod  bool
}

type structField struct {
	name  string
	tag   string
	embed bool
	typ   *itype
}

// program is interp.Program.
type program struct {
	pkgName string
	root    *node
	init    []*node
}

// Some of yaegi's node kinds.
const (
	kAddressExpr = iota + 1
	kArrayType
	kAssignStmt
	kAssignXStmt
	kBasicLit
	kBinaryExpr
	kBlockStmt
	kBranchStmt
	kBreakStmt
	kCallExpr
	kCaseBody
	kCaseClause
	kChanType
	kChanTypeSend
	kChanTypeRecv
	kCommClause
	kCommClauseDefault
	kCompositeLitExpr
	kConstDecl
	kContinueStmt
	kDeclStmt
	kDeferStmt
	kDefineStmt
	kDefineXStmt
	kEllipsisExpr
	kExprStmt
	kFallthroughtStmt
	kFieldExpr
	kFieldList
	kFileStmt
	kForStmt0
	kForStmt1
	kForStmt2
	kForStmt3
	kForStmt4
	kForStmt5
	kForStmt6
	kForStmt7
	kForRangeStmt
	kFuncDecl
	kFuncLit
	kFuncType
	kGoStmt
	kGotoStmt
	kIdentExpr
	kIfStmt0
	kIfStmt1
	kIfStmt2
	kIfStmt3
	kImportDecl
	kImportSpec
	kIncDecStmt
	kIndexExpr
	kIndexListExpr
	kInterfaceType
	kKeyValueExpr
	kLabeledStmt
	kLandExpr
	kLorExpr
	kMapType
	kParenExpr
	kRangeStmt
	kReturnStmt
	kSelectStmt
	kSelectorExpr
	kSelectorImport
	kSendStmt
	kSliceExpr
	kStarExpr
	kStructType
	kSwitchStmt
	kSwitchIfStmt
	kTypeAssertExpr
	kTypeDecl
	kTypeSpec
	kTypeSpecAssign
	kTypeSwitch
	kUnaryExpr
	kValueSpec
	kVarDecl
)

//go:linkname yaegiGenValue github.com/traefik/yaegi/interp.genValue
func yaegiGenValue(n *node) func(*frame) reflect.Value

//go:linkname yaegiGetExec github.com/traefik/yaegi/interp.getExec
func yaegiGetExec(n *node) bltn
