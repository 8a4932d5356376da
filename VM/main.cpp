// The executable: the one place that knows every layer.
#include "Modules/native_modules.h"
#include "VM/runtime.h"

int main(int argument_count, char** arguments) {
  return minipy::run_main(argument_count, arguments, minipy::find_native_module, minipy::native_module_names);
}
