package store

import (
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

type (
	// Search asks for a page of a search.
	Search = recordsearch.Search
	// Found is a page of a search.
	Found = recordsearch.Found[domain.Statement]
)
