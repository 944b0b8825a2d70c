#include "provisioner/cluster/artifacts/recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::artifacts {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

struct Recipes : testing::Test {
  void write(const std::string& name, const std::string& script, const std::string& needs = "") {
    const std::string folder = recipes + "/" + name;
    os::make_directories(folder);
    os::write_file(folder + "/build", "#!/bin/sh\nset -eu\n" + script, 0755);
    if (!needs.empty()) os::write_file(folder + "/needs", needs);
  }
  std::map<std::string, Kept> built(const std::string& name) {
    return outputs_of(find_recipe(name, {recipes}), store, [&](const std::string&) { ++builds; });
  }

  os::TemporaryDirectory directory;
  std::string recipes = directory.path() + "/recipes";
  Store store{directory.path() + "/store"};
  int builds = 0;
};

TEST_F(Recipes, MakeTheirOutputsOnce) {
  write("tool", "printf program >\"$1/tool\"\n");
  EXPECT_EQ(built("tool").at("tool").sha256, crypto::sha256("program"));
  EXPECT_EQ(built("tool").at("tool").sha256, crypto::sha256("program"));
  EXPECT_EQ(builds, 1);
}

TEST_F(Recipes, AreBuiltAnewWhereAnyOfTheirFilesHasChanged) {
  write("tool", "cat text >\"$1/tool\"\n");
  os::write_file(recipes + "/tool/text", "one");
  built("tool");
  os::write_file(recipes + "/tool/text", "two");
  EXPECT_EQ(built("tool").at("tool").sha256, crypto::sha256("two"));
  EXPECT_EQ(builds, 2);
}

TEST_F(Recipes, AreBuiltAnewWhereAnOutputIsGone) {
  write("tool", "printf program >\"$1/tool\"\n");
  built("tool");
  store.remove(crypto::sha256("program"));
  built("tool");
  EXPECT_EQ(builds, 2);
}

TEST_F(Recipes, GetWhatTheyNeed) {
  write("base-1.0", "printf base >\"$1/base\"\n");
  write("image", "cat \"$RECIPE_BASE_1_0/base\" >\"$1/image\"\n", "# comment\nbase-1.0\n");
  EXPECT_EQ(built("image").at("image").sha256, crypto::sha256("base"));
  EXPECT_EQ(builds, 2);
}

TEST_F(Recipes, HaveAnotherKeyWhereWhatTheyNeedHas) {
  write("base", "printf base >\"$1/base\"\n");
  write("image", "cp \"$RECIPE_BASE/base\" \"$1\"\n", "base\n");
  const std::string before = find_recipe("image", {recipes}).key;
  write("base", "printf other >\"$1/base\"\n");
  EXPECT_NE(find_recipe("image", {recipes}).key, before);
}

TEST_F(Recipes, ThatFailSayWithWhichWords) {
  write("tool", "echo no compiler here >&2\nexit 3\n");
  try {
    built("tool");
    FAIL() << "it was built";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.render(), HasSubstr("no compiler here"));
    EXPECT_THAT(error.render(), HasSubstr("building the recipe 'tool'"));
  }
  EXPECT_THAT(store.digests(), SizeIs(0));
}

TEST_F(Recipes, ThatMakeNothingHaveFailed) {
  write("tool", ":\n");
  EXPECT_THROW(built("tool"), base::Error);
}

TEST_F(Recipes, ThatNeedEachOtherAreRefused) {
  write("one", ":\n", "two\n");
  write("two", ":\n", "one\n");
  EXPECT_THROW(find_recipe("one", {recipes}), base::Error);
}

TEST_F(Recipes, ThatAreNotThereAreToldWithTheNearestName) {
  write("kubernetes", ":\n");
  try {
    find_recipe("kubernets", {recipes});
    FAIL() << "it was found";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.hint(), "did you mean 'kubernetes'?");
  }
}

}  // namespace
}  // namespace provisioner::artifacts
