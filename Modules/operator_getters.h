// itemgetter, attrgetter and methodcaller, of module _operator.
#pragma once

namespace minipy {

void define_operator_getters();

}  // namespace minipy
