// The grammar with the rules for wrong programs in it, as text for the diagnosis (grammar.h reads
// it).
#pragma once

namespace minipy {

extern const char* const kDiagnosisGrammar;

}  // namespace minipy
