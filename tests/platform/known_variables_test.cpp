// The registry of variables is whole: whatever the program asks an inventory for is in it.

#include "provisioner/front/platform/known_variables.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/os/files.h"

namespace provisioner::platform {
namespace {

// Ways in which sources ask for variables by name; what they ask for is the first group.
const std::vector<std::string> ways_to_ask = {
    R"re((?:_nodes|evaluated_all)\([^;]*?\{\s*("\w+"(?:,\s*"\w+")*)\s*\})re",
    R"re(\.variable\(("\w+))re",
    R"re(\(scope, ("\w+"))re",
    R"re(for \(const char\* \w+ : \{("[^}]*)\}\)[^;]*(?:scope\.variable|\(scope, ))re",
    R"re(target\.(?:first|text)\(\{("[^}]*)\})re",
};

// What a run makes itself, and no inventory says.
const std::set<std::string> made = {"ansible_facts", "ansible_managed"};

std::set<std::string> asked_in(const std::string& text) {
  static const base::Regex word("\\w+");
  std::set<std::string> names;
  for (const std::string& way : ways_to_ask)
    for (const base::Regex::Match& match : base::Regex(way).find_all(text)) {
      const std::string list = group_text(match, text, 1).value_or("");
      for (const base::Regex::Match& one : word.find_all(list))
        names.insert(list.substr(one.begin(), one.end() - one.begin()));
    }
  return names;
}

TEST(KnownVariables, HaveAllThatTheProgramAsksFor) {
  const std::vector<std::string> known = known_variables();
  std::size_t asked = 0;
  for (const char* part : {"front", "platform/gates", "language/inventory", "engine/run"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             std::string(PROJECT_DIRECTORY "/provisioner/") + part)) {
      if (entry.path().extension() != ".cpp") continue;
      for (const std::string& name : asked_in(os::require_file(entry.path()))) {
        ++asked;
        EXPECT_TRUE(made.contains(name) || std::ranges::binary_search(known, name))
            << entry.path() << " asks for '" << name
            << "': have it in provisioner/front/platform/known_variables.cpp";
      }
    }
  EXPECT_GT(asked, 60U);
}

TEST(KnownVariables, HaveWhatRolesDeclare) {
  const std::vector<std::string> known = known_variables();
  for (const char* name : {"user_groups", "registry_storage", "kubernetes_endpoint_by"})
    EXPECT_TRUE(std::ranges::binary_search(known, std::string(name))) << name;
}

TEST(KnownVariables, HaveEachNameOnce) {
  std::vector<std::string> known = known_variables();
  EXPECT_TRUE(std::ranges::is_sorted(known));
  EXPECT_EQ(std::ranges::adjacent_find(known), known.end());
}

}  // namespace
}  // namespace provisioner::platform
