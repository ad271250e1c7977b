// Package rollout holds no code: its test replaces every replica of every program under
// load, as a rollout does, and kills some, as a node that fails does. Nobody may notice
// the first, and no client that may repeat its call the second; what was acknowledged is
// on record, once.
package rollout
