package workload

import (
	"sync"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// sourceStatements and sourceFigures are those of the first document, made once:
// writes copy them.
var (
	sourceStatements = sync.OnceValue(func() []*statementsv1.Statement { return Document(0).GetStatements() })
	sourceFigures    = sync.OnceValue(func() []*metricsv1.Figure { return Document(0).GetFigures() })
)
