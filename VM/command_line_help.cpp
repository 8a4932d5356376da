// The texts of --help and its kind.
#include <cstdio>

#include "VM/command_line.h"

namespace minipy {

void print_help(const char* program) {
  std::printf("usage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n", program);
  std::fputs(
      "Options (and the environment variables that mean the same):\n"
      "-b     : warn when str() is called on bytes or bytes are compared with str\n"
      "         (-bb: make that an error)\n"
      "-B     : write no .pyc files; also PYTHONDONTWRITEBYTECODE=x\n"
      "-c cmd : run the program given as text (ends the options)\n"
      "-d     : debugging output of the parser; also PYTHONDEBUG=x\n"
      "-E     : ignore the PYTHON* environment variables\n"
      "-h     : show this help (also -? or --help)\n"
      "-i     : go on interactively when the program has ended, with a prompt even where\n"
      "         stdin is no terminal; also PYTHONINSPECT=x\n"
      "-I     : be isolated from the user's environment (implies -E, -P and -s)\n"
      "-m mod : run a module as a script (ends the options)\n"
      "-O     : leave out assert and what depends on __debug__; .opt-1 before .pyc;\n"
      "         also PYTHONOPTIMIZE=x\n"
      "-OO    : like -O, and leave out docstrings; .opt-2 before .pyc\n"
      "-P     : put no folder that may be unsafe in front of sys.path; also PYTHONSAFEPATH=x\n"
      "-q     : show no version when starting interactively\n"
      "-s     : leave the user's site folder out of sys.path; also PYTHONNOUSERSITE=x\n"
      "-S     : do not import site at the start\n"
      "-u     : do not buffer stdout and stderr; also PYTHONUNBUFFERED=x\n"
      "-v     : tell about imports (more with each -v); also PYTHONVERBOSE=x\n"
      "-V     : show the version (also --version); twice for more of it\n"
      "-W arg : a warning filter, action:message:category:module:lineno;\n"
      "         also PYTHONWARNINGS=arg\n"
      "-x     : skip the first line of the source\n"
      "-X opt : an option of this implementation\n"
      "--check-hash-based-pycs always|default|never:\n"
      "         when .pyc files that carry a hash of their source are checked\n"
      "--help-env      : help about the environment variables\n"
      "--help-xoptions : help about the -X options\n"
      "--help-all      : all of the help\n"
      "Arguments:\n"
      "file   : the program\n"
      "-      : read the program from stdin (the default; interactive on a terminal)\n"
      "arg ...: arguments of the program, in sys.argv[1:]\n",
      stdout);
}

void print_environment_help() {
  std::fputs(
      "Environment variables:\n"
      "PYTHONSTARTUP   : a file to run when starting interactively\n"
      "PYTHONPATH      : folders in front of sys.path, separated by ':'\n"
      "PYTHONSAFEPATH  : put no folder that may be unsafe in front of sys.path (-P)\n"
      "PYTHONHOME      : prefix of the standard library, <prefix>/lib/python3.11\n"
      "PYTHONPLATLIBDIR: what sys.platlibdir says\n"
      "PYTHONUTF8      : 1 turns UTF-8 mode on\n"
      "PYTHONIOENCODING: encoding[:errors] of stdin, stdout and stderr\n"
      "PYTHONFAULTHANDLER: show the Python traceback at a crash\n"
      "PYTHONHASHSEED  : seed of the hashes of str and bytes: 'random' or 0 to 4294967295\n"
      "PYTHONINTMAXSTRDIGITS: limit of digits between int and str; 0 for none\n"
      "PYTHONCOERCECLOCALE: 0 keeps the C locale as it is\n"
      "PYTHONBREAKPOINT: what breakpoint() calls; 0 for nothing\n"
      "PYTHONDEVMODE   : development mode\n"
      "PYTHONPYCACHEPREFIX: root of a parallel tree of .pyc files\n"
      "PYTHONWARNDEFAULTENCODING: warn where encoding=None is used\n"
      "PYTHONNODEBUGRANGES: keep no columns in code objects\n"
      "PYTHONDEBUG (-d), PYTHONDONTWRITEBYTECODE (-B), PYTHONINSPECT (-i), PYTHONNOUSERSITE (-s),\n"
      "PYTHONOPTIMIZE (-O), PYTHONUNBUFFERED (-u), PYTHONVERBOSE (-v), PYTHONWARNINGS (-W): as the options\n",
      stdout);
}

void print_option_help() {
  std::fputs(
      "-X options:\n\n"
      "-X faulthandler: show the Python traceback at a crash\n\n"
      "-X gcstats: tell at the end how often and for how long the collector paused the program\n\n"
      "-X importtime: tell how long each import takes\n\n"
      "-X dev: development mode: more warnings, more checks\n\n"
      "-X utf8[=0|1]: UTF-8 mode for what comes from the operating system\n\n"
      "-X pycache_prefix=PATH: a parallel tree for .pyc files\n\n"
      "-X cachelog[=FILE]: tell which cache files are used, and why others are not\n\n"
      "-X warn_default_encoding: warn where encoding=None is used\n\n"
      "-X no_debug_ranges: keep no columns in code objects\n\n"
      "-X frozen_modules=[on|off]: whether frozen modules are used\n\n"
      "-X int_max_str_digits=number: limit of digits between int and str; 0 for none\n\n"
      "-X jit=number: how many calls and loop rounds make machine code of a function; 0 for never\n",
      stdout);
}

}  // namespace minipy
