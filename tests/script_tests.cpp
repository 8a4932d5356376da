// Runs every Python script under lang, types, lib and regress in a process of its own and compares
// what it prints with the expectations that stand in its comments:
//
//   print(1 + 1)          # expect: 2
//   f()                   # raises: ValueError: the line that ends the traceback
//   a b                   # syntax error: invalid syntax
//
// SCRIPT_INTERPRETER names another interpreter than ours, SCRIPT_TIME_LIMIT the seconds a script
// has. Folders called `data` or starting with `_` hold what scripts read or import. A script that
// says `# minipy only` is left out when another interpreter runs.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Ending {
  std::string text;
  size_t line;
  bool is_syntax_error;
};

struct Expectations {
  std::string output;
  std::optional<Ending> ending;
  bool is_minipy_only = false;
};

struct Outcome {
  std::string output;
  std::string errors;
  int status = 0;
  bool timed_out = false;
};

std::string without_trailing_space(std::string text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.pop_back();
  }
  return text;
}

// The text after `marker` on this line, where the marker ends the line's comment.
std::optional<std::string> text_after(const std::string& line, const std::string& marker) {
  const size_t at = line.find(marker);
  if (at == std::string::npos) return std::nullopt;
  size_t start = at + marker.size();
  if (start < line.size() && line[start] == ' ') ++start;
  return without_trailing_space(line.substr(start));
}

Expectations read_expectations(const fs::path& script) {
  Expectations result;
  std::ifstream file(script);
  std::string line;
  for (size_t number = 1; std::getline(file, line); ++number) {
    if (const auto text = text_after(line, "# expect:")) {
      result.output += *text + "\n";
    } else if (const auto text = text_after(line, "# raises:")) {
      result.ending = Ending{*text, number, false};
    } else if (const auto text = text_after(line, "# syntax error:")) {
      result.ending = Ending{*text, number, true};
    } else if (line.rfind("# minipy only", 0) == 0) {
      result.is_minipy_only = true;
    }
  }
  return result;
}

std::string interpreter() {
  const char* chosen = std::getenv("SCRIPT_INTERPRETER");
  return chosen != nullptr ? chosen : INTERPRETER;
}

std::chrono::seconds time_limit() {
  const char* chosen = std::getenv("SCRIPT_TIME_LIMIT");
  return std::chrono::seconds(chosen != nullptr ? std::atoi(chosen) : 60);
}

[[noreturn]] void become_interpreter(const fs::path& script, const fs::path& folder, int output,
                                     int errors) {
  setpgid(0, 0);
  dup2(open("/dev/null", O_RDONLY), 0);
  dup2(output, 1);
  dup2(errors, 2);
  if (chdir(folder.c_str()) != 0) _exit(126);
  const std::string program = interpreter();
  execl(program.c_str(), program.c_str(), script.c_str(), static_cast<char*>(nullptr));
  _exit(127);
}

// Collects both streams until they end or the time is up; then the whole process group goes.
void collect(pid_t process, int output, int errors, Outcome& outcome) {
  const auto deadline = std::chrono::steady_clock::now() + time_limit();
  pollfd streams[2] = {{output, POLLIN, 0}, {errors, POLLIN, 0}};
  std::string* const texts[2] = {&outcome.output, &outcome.errors};
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0 || poll(streams, 2, static_cast<int>(left.count())) == 0) {
      outcome.timed_out = true;
      break;
    }
    for (int i = 0; i < 2; ++i) {
      if (streams[i].fd < 0 || streams[i].revents == 0) continue;
      char buffer[65536];
      const ssize_t count = read(streams[i].fd, buffer, sizeof buffer);
      if (count > 0) texts[i]->append(buffer, static_cast<size_t>(count));
      if (count <= 0) streams[i].fd = -1;
    }
  }
  if (outcome.timed_out) kill(-process, SIGKILL);
  waitpid(process, &outcome.status, 0);
  kill(-process, SIGKILL);  // Whatever the script left running.
}

Outcome run(const fs::path& script) {
  std::string folder = (fs::temp_directory_path() / "script_test_XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) ADD_FAILURE() << "no folder for the script to run in";
  int output[2], errors[2];
  if (pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0) ADD_FAILURE() << "no pipe";
  const pid_t process = fork();
  if (process == 0) become_interpreter(script, folder, output[1], errors[1]);
  close(output[1]);
  close(errors[1]);
  Outcome outcome;
  collect(process, output[0], errors[0], outcome);
  close(output[0]);
  close(errors[0]);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return outcome;
}

std::string with_stripped_lines(const std::string& text) {
  std::string result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result += without_trailing_space(line) + "\n";
  return result;
}

bool has_line(const std::string& text, const std::string& wanted) {
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (without_trailing_space(line) == wanted) return true;
  }
  return false;
}

std::string ending_in_words(const Outcome& outcome) {
  if (outcome.timed_out) return "the time limit";
  if (WIFSIGNALED(outcome.status)) return std::string("signal ") + strsignal(WTERMSIG(outcome.status));
  return "exit code " + std::to_string(WEXITSTATUS(outcome.status));
}

void check(const fs::path& script) {
  const Expectations expected = read_expectations(script);
  if (expected.is_minipy_only && interpreter() != INTERPRETER) GTEST_SKIP();
  const Outcome outcome = run(script);
  EXPECT_EQ(with_stripped_lines(outcome.output), expected.output);
  const std::string wanted_end = expected.ending ? "exit code 1" : "exit code 0";
  EXPECT_EQ(ending_in_words(outcome), wanted_end) << outcome.errors;
  if (!expected.ending) return;
  const Ending& ending = *expected.ending;
  EXPECT_TRUE(has_line(outcome.errors, ending.text) ||
              (ending.is_syntax_error && has_line(outcome.errors, "SyntaxError: " + ending.text)))
      << "wanted: " << ending.text << "\ngot: " << outcome.errors;
  const std::string place = ", line " + std::to_string(ending.line);
  EXPECT_TRUE(outcome.errors.find(place + ",") != std::string::npos ||
              outcome.errors.find(place + "\n") != std::string::npos)
      << "wanted a traceback through line " << ending.line << "\ngot: " << outcome.errors;
}

class ScriptTest : public testing::Test {
 public:
  explicit ScriptTest(fs::path script) : script_(std::move(script)) {}
  void TestBody() override { check(script_); }

 private:
  fs::path script_;
};

std::vector<fs::path> find_scripts(const fs::path& folder) {
  std::vector<fs::path> scripts;
  if (!fs::exists(folder)) return scripts;
  for (auto entry = fs::recursive_directory_iterator(folder); entry != fs::end(entry); ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory() && (name == "data" || name[0] == '_')) {
      entry.disable_recursion_pending();
    } else if (entry->path().extension() == ".py") {
      scripts.push_back(entry->path());
    }
  }
  std::sort(scripts.begin(), scripts.end());
  return scripts;
}

// A script in a sub-folder is called sub.name.
std::string case_name(const fs::path& script, const fs::path& folder) {
  std::string name = script.lexically_relative(folder).replace_extension().string();
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (const char* group : {"lang", "types", "lib", "regress"}) {
    const fs::path folder = fs::path(SCRIPT_FOLDER) / group;
    for (const fs::path& script : find_scripts(folder)) {
      testing::RegisterTest(group, case_name(script, folder).c_str(), nullptr, nullptr,
                            script.c_str(), 0, [script] { return new ScriptTest(script); });
    }
  }
  return RUN_ALL_TESTS();
}
