//go:build go1.27

package policy

// newer lists the packages that came after the oldest release.
const newer = `
crypto/mldsa
encoding/json/jsontext encoding/json/v2
uuid
`
