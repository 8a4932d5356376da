#include "Parser/diagnosis.h"
namespace minipy {
void diagnose(Run& run) { SyntaxError e; e.message="invalid syntax"; run.report.raise(e); }
}
