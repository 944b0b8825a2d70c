// What is known before a run of what is included while it goes on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/playbook/loaded.h"

namespace provisioner::playbook {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CheckIncludes : public testing::Test {
 protected:
  // Message and place of each warning.
  std::vector<std::string> told(const std::string& tasks) {
    loaded_.file("site.yml", "- hosts: all\n  tasks:\n" + tasks);
    book_ = loaded_.load();
    EXPECT_THAT(loaded_.diagnostics.errors(), IsEmpty());
    check_includes(loaded_.library(), book_, loaded_.diagnostics);
    std::vector<std::string> texts;
    for (const base::Error& warning : loaded_.diagnostics.warnings()) {
      const std::string place = warning.pos().text();
      texts.push_back(place.substr(place.rfind('/') + 1) + " " + warning.message());
    }
    return texts;
  }

  Loaded loaded_;
  Playbook book_;
};

TEST_F(CheckIncludes, NamesFilesAndRolesThatAreNotThere) {
  EXPECT_THAT(told("  - include_tasks: absent.yml\n"
                   "  - block:\n"
                   "    - include_role: {name: absent}\n"),
              ElementsAre("site.yml:3:20 there is no file '" + loaded_.path("absent.yml") + "'",
                          "site.yml:5:7 there is no role 'absent'"));
}

TEST_F(CheckIncludes, NamesMistakesInFilesWithinFiles) {
  loaded_.file("a.yml", "- include_tasks: b.yml\n").file("b.yml", "- no_such_module:\n");
  EXPECT_THAT(told("  - include_tasks: a.yml\n"), ElementsAre(testing::StartsWith("b.yml:1:3")));
}

TEST_F(CheckIncludes, LooksNotIntoWhatOnlyARunKnows) {
  EXPECT_THAT(told("  - include_tasks: '{{ a }}.yml'\n"), IsEmpty());
}

TEST_F(CheckIncludes, EndsWhereAFileIncludesItself) {
  loaded_.file("a.yml", "- include_tasks: a.yml\n");
  EXPECT_THAT(told("  - include_tasks: a.yml\n"), IsEmpty());
}

TEST_F(CheckIncludes, AddsTheFilesToThoseOfThePlaybook) {
  loaded_.file("a.yml", "- debug:\n");
  EXPECT_THAT(told("  - include_tasks: a.yml\n"), IsEmpty());
  EXPECT_THAT(book_.files, testing::Contains(loaded_.path("a.yml")));
}

}  // namespace
}  // namespace provisioner::playbook
