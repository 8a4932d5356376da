// Code by way of the bytecode cache, as sys and the command line have it set. docs/cache.md
#pragma once

#include <string>

#include "Compiler/cache.h"

namespace minipy {

Result<CacheSettings> cache_settings(Thread& thread);

// The code of a module's source file.
Result<Code*> cached_code_of_file(Thread& thread, Str* path);
// The code of a main script.
Result<Code*> cached_code_of_script(Thread& thread, std::string_view source, Str* filename);

// Puts C++ in the place of what importlib and zipimport themselves do with cache files: writing
// them, compiling modules of archives, the loaders' get_code(). Before watch_importlib().
Status install_cache_hooks(Thread& thread);

}  // namespace minipy
