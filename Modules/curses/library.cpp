#include "Modules/curses/library.h"

#include <dlfcn.h>

#include "Objects/exception_types.h"
#include "Objects/raise.h"

namespace minipy {

CursesLibrary curses;
PanelLibrary panels;

namespace {

struct Symbol {
  const char* name;
  void* place;  // of the pointer
};

Status load(Thread& thread, const char* file, std::span<const Symbol> symbols) {
  void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!library) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
  for (const Symbol& symbol : symbols) {
    void* const address = dlsym(library, symbol.name);
    if (!address) return raise(thread, ImportError, "{}", static_cast<const char*>(dlerror()));
    *static_cast<void**>(symbol.place) = address;
  }
  return nothing;
}

}  // namespace

Status load_curses(Thread& thread) {
  const Symbol symbols[] = {
#define X(name) {#name, &curses.name},
      CURSES_WINDOW_FUNCTIONS(X) CURSES_FUNCTIONS(X) CURSES_VARIABLES(X) X(setupterm)
#undef X
  };
  return load(thread, "libncursesw.so.6", symbols);
}

Status load_panels(Thread& thread) {
  const Symbol symbols[] = {
#define X(name) {#name, &panels.name},
      PANEL_FUNCTIONS(X)
#undef X
  };
  return load(thread, "libpanelw.so.6", symbols);
}

}  // namespace minipy
