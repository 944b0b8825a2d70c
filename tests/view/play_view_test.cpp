// Runs as events (tests/cases/view/NAME.jsonl) and what is printed of them: NAME.txt, and NAME.err
// where something goes to the error stream. The texts are what ansible-playbook printed for the
// same playbooks. A first line {"options": {...}} sets what the command line would.
// PROVISIONER_ACCEPT=1 rewrites the texts; PROVISIONER_VIEW_CASES names another directory.

#include "provisioner/front/view/play_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "captured.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "read_events.h"

namespace provisioner::view {
namespace {

std::filesystem::path directory() {
  const char* other = std::getenv("PROVISIONER_VIEW_CASES");
  return other != nullptr ? other : PROJECT_DIRECTORY "/tests/cases/view";
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory()))
    if (entry.path().extension() == ".jsonl") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

PlayView::Options options_of(const value::Value& first) {
  PlayView::Options options;
  const value::Value* given = first.find("options");
  if (given == nullptr) return options;
  options.verbosity = static_cast<int>(value::integer_or(*given, "verbosity", 0));
  options.show_differences = value::boolean_or(*given, "diff", false);
  options.show_ok = value::boolean_or(*given, "ok", true);
  options.show_skipped = value::boolean_or(*given, "skipped", true);
  options.show_custom_stats = value::boolean_or(*given, "custom_stats", false);
  return options;
}

void compare(const std::filesystem::path& file, const std::string& text) {
  if (std::getenv("PROVISIONER_ACCEPT") != nullptr) {
    if (!text.empty() || std::filesystem::exists(file)) os::write_file(file, text);
    return;
  }
  EXPECT_EQ(text, os::read_file(file).value_or("")) << "differs from " << file;
}

class PlayViewCase : public testing::TestWithParam<std::string> {};

TEST_P(PlayViewCase, IsPrintedAsExpected) {
  const std::string lines = os::read_file(directory() / (GetParam() + ".jsonl")).value();
  Captured out, errors;
  const StillClock clock;
  {
    Terminal terminal(out.descriptor()), error_terminal(errors.descriptor());
    const value::Value first = value::read_json(base::lines_of(lines).front());
    PlayView view(terminal, error_terminal, options_of(first), clock);
    for (const store::Event& event :
         read_events(first.find("options") ? lines.substr(lines.find('\n')) : lines))
      view.take(event);
  }
  compare(directory() / (GetParam() + ".txt"), out.text());
  compare(directory() / (GetParam() + ".err"), errors.text());
}

INSTANTIATE_TEST_SUITE_P(Cases, PlayViewCase, testing::ValuesIn(cases()),
                         [](const auto& one) { return base::replace_all(one.param, "-", "_"); });

}  // namespace
}  // namespace provisioner::view
