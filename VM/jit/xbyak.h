// xbyak without <iostream>, which it includes for one message of its own, and which would get all streams and locales of
// C++ ready at every start.
#pragma once

#define _GLIBCXX_IOSTREAM 1
#include <ostream>
namespace std {
extern ostream cerr;
}

#define XBYAK_NO_EXCEPTION
#include <xbyak/xbyak.h>
