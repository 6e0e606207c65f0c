//go:build !go1.27

package abi

import "unsafe"

// Language is the version of the language that programs are written in.
const Language = "go1.26"

// GenericMethods says whether methods may have type parameters.
const GenericMethods = false

// Godebugs are the settings that a //go:debug line can have: each with the minor
// release that changed it, if one did, and what it was before.
const Godebugs = `
allowmultiplevcs asynctimerchan=23:1 containermaxprocs=25:0 cryptocustomrand=26:1 dataindependenttiming
decoratemappings=25:0 embedfollowsymlinks execerrdot fips140 fips140ems gocachehash gocachetest gocacheverify
gotestjsonbuildtext=24:1 gotypesalias=23:0 htmlmetacontenturlescape http2client http2debug http2server
httpcookiemaxnum=24:0 httplaxcontentlength=22:1 httpmuxgo121=22:1 httpservecontentkeepheaders=23:1
installgoroot jstmpllitinterp multipartmaxheaders multipartmaxparts multipathtcp=24:0 netdns netedns0=19:0
panicnil=21:1 randautoseed randseednop=24:0 rsa1024min=24:0 tarinsecurepath tls10server=22:1 tls3des=23:1
tlsmaxrsasize tlsmlkem=24:0 tlsrsakex=22:1 tlssecpmlkem=26:0 tlssha1=25:1 tlsunsafeekm=22:1
updatemaxprocs=25:0 urlmaxqueryparams=24:0 urlstrictcolons=26:0 winreadlinkvolume=23:0 winsymlink=23:0
x509keypairleaf=23:0 x509negativeserial=23:1 x509rsacrt=24:0 x509sha256skid=25:0 x509usefallbackroots
x509usepolicies=24:0 zipinsecurepath
`

// GodebugsRemoved are those that were, with the minor release that took them.
const GodebugsRemoved = `
x509sha1=24
`

// GoidOffset is where a goroutine's number lies in the runtime's structure of
// it, for whoever has checked it against what runtime.Stack says.
const GoidOffset = 152

// MapType is the descriptor of a map type.
type MapType struct {
	Type
	Key, Elem, Group             *Type
	Hasher                       func(unsafe.Pointer, uintptr) uintptr
	GroupSize, SlotSize, ElemOff uintptr
	Flags                        uint32
}
