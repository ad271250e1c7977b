package api

import (
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// speakersFromProto reads speakers, whose field is path.
func speakersFromProto(speakers []*statementsv1.Speaker, path string, faults *errs.Violations) []domain.Speaker {
	out := make([]domain.Speaker, len(speakers))
	for i, speaker := range speakers {
		out[i] = speakerFromProto(speaker, errs.Index(path, i), faults)
	}
	return out
}

// speakerFromProto reads what a writer sets of a speaker.
func speakerFromProto(s *statementsv1.Speaker, path string, faults *errs.Violations) domain.Speaker {
	speaker := domain.Speaker{
		Entity: s.GetEntity(), AttributionText: s.GetAttributionText(), Role: s.GetRole(), Affiliation: s.GetAffiliation(),
		SourceType: enumName(s.GetSourceType()), AnonymityReason: s.GetAnonymityReason(),
	}
	if s.GetValueType() == statementsv1.Speaker_NONE {
		speaker.ValueType = domain.None // the others follow from the entity
	}
	for i, candidate := range s.GetCandidates() {
		at := errs.Index(path+".candidates", i) + ".probability"
		if candidate.GetProbability() == nil {
			faults.Add(at, domain.FieldRequired, "is required: how likely it is, from 0 to 1")
		}
		speaker.Candidates = append(speaker.Candidates, domain.Candidate{
			Entity: candidate.GetEntity(), Probability: optionalDecimal(candidate.GetProbability(), at, faults),
		})
	}
	return speaker
}

func speakerToProto(s domain.Speaker) *statementsv1.Speaker {
	out := &statementsv1.Speaker{
		Entity: s.Entity, AttributionText: s.AttributionText, Role: s.Role, Affiliation: s.Affiliation,
		ValueType:       enumValue[statementsv1.Speaker_ValueType](statementsv1.Speaker_ValueType_value, s.Known()),
		SourceType:      enumValue[statementsv1.Speaker_SourceType](statementsv1.Speaker_SourceType_value, s.SourceType),
		AnonymityReason: s.AnonymityReason, RoleFromMembership: s.RoleFromMembership,
	}
	for _, candidate := range s.Candidates {
		out.Candidates = append(out.Candidates, &statementsv1.Speaker_Candidate{
			Entity: candidate.Entity, Probability: decimalToProto(candidate.Probability),
		})
	}
	return out
}
