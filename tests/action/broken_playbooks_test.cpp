// Every folder of tests/cases/errors/playbook holds a site.yml that is wrong, and expected.txt: all
// that is said about it. PROVISIONER_ACCEPT=1 rewrites the expected texts.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "provisioner/base/os/files.h"
#include "provisioner/engine/action/catalog.h"
#include "provisioner/language/playbook/load.h"
#include "tests/support/plain_surroundings.h"

namespace provisioner::action {
namespace {

const std::string cases = PROJECT_DIRECTORY "/tests/cases/errors/playbook";

std::string told(const base::Diagnostics& diagnostics) {
  std::string text;
  for (const base::Error& warning : diagnostics.warnings())
    text += warning.render("warning") + "\n\n";
  return text + diagnostics.render(", nothing was changed") + "\n";
}

std::string load_here() {
  const tests::PlainSurroundings surroundings;
  const jinja::Templar templar(surroundings);
  const ModuleCatalog catalog(library_directories("", {}));
  const playbook::Library library{.catalog = catalog, .templar = templar};
  base::Diagnostics diagnostics;
  playbook::load("site.yml", library, diagnostics);
  return told(diagnostics);
}

class BrokenPlaybook : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { std::filesystem::current_path(cases + "/" + GetParam()); }
  void TearDown() override { std::filesystem::current_path("/"); }
};

TEST_P(BrokenPlaybook, IsExplainedWhole) {
  const std::string text = load_here();
  if (std::getenv("PROVISIONER_ACCEPT") != nullptr) os::write_file("expected.txt", text);
  EXPECT_EQ(text, os::read_file("expected.txt").value_or(""));
}

TEST_P(BrokenPlaybook, IsRefused) {
  const tests::PlainSurroundings surroundings;
  const jinja::Templar templar(surroundings);
  const ModuleCatalog catalog(library_directories("", {}));
  base::Diagnostics diagnostics;
  playbook::load("site.yml", {.catalog = catalog, .templar = templar}, diagnostics);
  EXPECT_TRUE(diagnostics.has_errors());
}

INSTANTIATE_TEST_SUITE_P(Cases, BrokenPlaybook, testing::ValuesIn(os::entries(cases)),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace provisioner::action
