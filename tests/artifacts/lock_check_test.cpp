#include "provisioner/cluster/artifacts/lock_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/cluster/artifacts/artifact_list.h"
#include "provisioner/cluster/artifacts/image_blobs.h"
#include "provisioner/cluster/artifacts/recipe.h"
#include "provisioner/cluster/artifacts/shelf.h"
#include "tests/artifacts/small_image.h"

namespace provisioner::artifacts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct LockCheck : testing::Test {
  Locked program(const std::string& bytes) {
    return {.name = "program",
            .version = "v1",
            .kind = Kind::binary,
            .from = "file:program",
            .sha256 = crypto::sha256(bytes),
            .size = bytes.size()};
  }
  Locked image(const std::string& layer) {
    const std::string archive = directory.path() + "/image.tar";
    write_archive(archive, layer);
    const Kept kept = keep_archive(store, archive);
    return {.name = "image",
            .version = "v1",
            .kind = Kind::image,
            .from = "file:image.tar",
            .sha256 = kept.sha256,
            .size = kept.size,
            .image = "docker.io/lab/image:v1"};
  }

  os::TemporaryDirectory directory;
  Store store{directory.path() + "/store"};
  std::string lock = directory.path() + "/site.lock";
};

TEST_F(LockCheck, NamesWhatTheStoreHasNot) {
  store.keep_bytes("there");
  const auto lacks = lacking(store, {program("there"), program("elsewhere")});
  ASSERT_THAT(lacks, SizeIs(1));
  EXPECT_THAT(lacks[0].digests, ElementsAre(crypto::sha256("elsewhere")));
}

TEST_F(LockCheck, NamesEachBlobOfAnImageThatIsMissing) {
  const Locked entry = image("layer");
  EXPECT_THAT(lacking(store, {entry}), IsEmpty());
  store.remove(crypto::sha256("layer"));
  const auto lacks = lacking(store, {entry});
  ASSERT_THAT(lacks, SizeIs(1));
  EXPECT_THAT(lacks[0].digests, ElementsAre(crypto::sha256("layer")));
}

TEST_F(LockCheck, FindsWhatIsDamagedThoughItsSizeIsRight) {
  const Locked entry = image("layer");
  os::write_file(store.path(crypto::sha256("layer")), "lair!");
  EXPECT_THAT(lacking(store, {entry}), IsEmpty());
  const auto found = damages(store, {entry});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].text, "image v1: '" + crypto::sha256("layer") + "' is damaged");
  EXPECT_EQ(found[0].sha256, crypto::sha256("layer"));
}

TEST_F(LockCheck, GarbageIsWhatNoLockNamesThatWasSeen) {
  store.keep_bytes("old");
  const Kept kept = store.keep_bytes("new");
  const Locked other = image("layer");
  write_lock(lock, {program("new"), other});
  remember_lock(store, lock, read_lock(lock));
  const Garbage garbage = collect_garbage(store, {});
  EXPECT_EQ(garbage.files, 1U);
  EXPECT_EQ(garbage.bytes, 3U);
  EXPECT_THAT(lacking(store, {program("new"), other}), IsEmpty());
}

TEST_F(LockCheck, WhatALockNamedThatIsGoneStaysUntilItIsForgotten) {
  store.keep_bytes("new");
  write_lock(lock, {program("new")});
  remember_lock(store, lock, read_lock(lock));
  os::remove_file(lock);
  const Garbage kept = collect_garbage(store, {});
  EXPECT_EQ(kept.files, 0U);
  EXPECT_THAT(kept.gone, ElementsAre(lock));
  EXPECT_EQ(collect_garbage(store, {lock}).files, 1U);
  EXPECT_THROW(collect_garbage(store, {lock}), base::Error);
}

TEST_F(LockCheck, RemembersWhatALockNamesThatIsGone) {
  store.keep_bytes("new");
  write_lock(lock, {program("new")});
  remember_lock(store, lock, read_lock(lock));
  os::remove_file(lock);
  const std::vector<RememberedLock> known = remembered_locks(store);
  ASSERT_THAT(known, SizeIs(1));
  EXPECT_EQ(known[0].path, lock);
  ASSERT_THAT(known[0].entries, SizeIs(1));
  EXPECT_EQ(known[0].entries[0].sha256, crypto::sha256("new"));
}

TEST_F(LockCheck, BuildsOfWhichSomethingIsNamedKeepAllTheirOutputsAndNeeds) {
  const std::string recipes = directory.path() + "/recipes";
  for (const auto& [name, script] :
       std::map<std::string, std::string>{{"base", "printf base >$1/base\n"},
                                          {"tool", "printf tool >$1/tool; printf side >$1/side\n"},
                                          {"other", "printf other >$1/other\n"}}) {
    os::make_directories(recipes + "/" + name);
    os::write_file(recipes + "/" + name + "/build", "#!/bin/sh\n" + script, 0755);
  }
  os::write_file(recipes + "/tool/needs", "base\n");
  for (const char* name : {"tool", "other"})
    outputs_of(find_recipe(name, {recipes}), store, [](const std::string&) {});
  write_lock(lock, {program("tool")});
  remember_lock(store, lock, read_lock(lock));
  EXPECT_EQ(collect_garbage(store, {}).files, 1U);
  EXPECT_TRUE(store.size_of(crypto::sha256("base")));
  EXPECT_TRUE(store.size_of(crypto::sha256("side")));
  EXPECT_FALSE(store.size_of(crypto::sha256("other")));
}

TEST_F(LockCheck, NothingIsCollectedWhileSomethingIsFetched) {
  const auto held = store.hold(Store::Sharing::with_others, std::chrono::milliseconds(0));
  EXPECT_THROW(collect_garbage(store, {}), base::Error);
}

TEST_F(LockCheck, ShelfGivesWhatIsLockedAndNothingElse) {
  store.keep_bytes("secret");
  store.keep_bytes("new");
  const Locked other = image("layer");
  const Shelf shelf(store, {program("new"), other});
  const auto asked = [&](const std::string& path) {
    http::Call call;
    call.method = "GET";
    call.path = path;
    return shelf.answer(call).status;
  };
  EXPECT_EQ(asked("/sha256/" + crypto::sha256("new")), 200);
  EXPECT_EQ(asked("/sha256/" + crypto::sha256("layer")), 200);
  EXPECT_EQ(asked("/sha256/" + crypto::sha256("secret")), 404);
  EXPECT_EQ(asked("/sha256/../locks"), 404);
  EXPECT_EQ(asked("/"), 404);
}

TEST_F(LockCheck, RolesAreToldWhereEachVersionIs) {
  Locked later = program("later");
  later.version = "v2";
  const value::Value told = role_variable({program("new"), later}, "http://10.0.0.1:80");
  const value::Value* second = told.find("program")->find("v2");
  EXPECT_EQ(text_or(*second, "url", ""), "http://10.0.0.1:80/sha256/" + crypto::sha256("later"));
  EXPECT_EQ(text_or(*told.find("program")->find("v1"), "sha256", ""), crypto::sha256("new"));
}

}  // namespace
}  // namespace provisioner::artifacts
