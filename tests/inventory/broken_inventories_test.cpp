// Every folder of tests/cases/errors/inventory holds an inventory that is wrong, and expected.txt:
// all that is said about it. PROVISIONER_ACCEPT=1 rewrites the expected texts.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "provisioner/base/os/files.h"
#include "provisioner/language/inventory/inventory.h"

namespace provisioner::inventory {
namespace {

const std::string cases = PROJECT_DIRECTORY "/tests/cases/errors/inventory";

// All that lies there, each as one more -i.
Sources sources_here() {
  Sources sources;
  for (const std::string& name : os::entries("."))
    if (name.starts_with("hosts")) sources.inputs.push_back(name);
  return sources;
}

base::Diagnostics load_here() {
  base::Diagnostics diagnostics;
  Inventory::load(sources_here(), {}, diagnostics);
  return diagnostics;
}

std::string told(const base::Diagnostics& diagnostics) {
  std::string text;
  for (const base::Error& warning : diagnostics.warnings())
    text += warning.render("warning") + "\n\n";
  return text + diagnostics.render() + "\n";
}

class BrokenInventory : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { std::filesystem::current_path(cases + "/" + GetParam()); }
  void TearDown() override { std::filesystem::current_path("/"); }
};

TEST_P(BrokenInventory, IsExplainedWhole) {
  const std::string text = told(load_here());
  if (std::getenv("PROVISIONER_ACCEPT") != nullptr) os::write_file("expected.txt", text);
  EXPECT_EQ(text, os::read_file("expected.txt").value_or(""));
}

TEST_P(BrokenInventory, IsRefused) { EXPECT_TRUE(load_here().has_errors()); }

INSTANTIATE_TEST_SUITE_P(Cases, BrokenInventory, testing::ValuesIn(os::entries(cases)),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace provisioner::inventory
