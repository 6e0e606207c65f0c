// Package schedules shows that the product finds what else a program could do
// (worker/interp/schedule): known bugs of known projects, those that articles teach beside
// their correct twins, and that a schedule is followed again exactly.
//
// The known bugs are GoKer's, which come with the Go distribution as one program. Each is
// taken out as a program of its own, by rule: one copy where the distribution starts a
// hundred to be lucky, without the calls of runtime.Gosched that help luck, and without
// the profile by which the distribution tells. A bug counts as found if a schedule ends
// with goroutines that wait for ever, or with a panic.
package schedules
