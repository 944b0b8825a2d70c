// Locks: of all nodes or none, fenced, and right when two processes come at once.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "provisioner/base/os/clock.h"
#include "tests/store/own_store.h"
#include "tests/support/processes.h"

namespace provisioner::store {
namespace {

class Locks : public Runs {
 protected:
  // Another operator's run.
  void hold_n02() const {
    RunStore own = open();
    own.lock(begin(own, "bob@ctl1"), {"n02"});
    tell("locked");
  }

  RunStore store_ = open();
};

TEST_F(Locks, AreOnAllNodesOrNone) {
  const Other other([&] { hold_n02(); });
  wait_for("locked");
  const std::string run = begin(store_);

  EXPECT_NE(refusal_of([&] { store_.lock(run, {"n01", "n02", "n03"}); }), "");

  ASSERT_EQ(store_.locks().size(), 1U);
  EXPECT_EQ(store_.locks().front().node, "n02");
  EXPECT_EQ(store_.locks().front().operator_name, "bob@ctl1");
}

TEST_F(Locks, OfARunThatLivesAreRefusedByNameAndCannotBeStolen) {
  const Other other([&] { hold_n02(); });
  wait_for("locked");
  const std::string run = begin(store_);
  const std::string since = os::utc_text(store_.run("1")->started);
  const std::string expected = "error: n02 is held by run 1 of bob@ctl1 since " + since +
                               ": run site.yml\n"
                               "hint: wait for it to end, or look at it: provisioner runs show 1";

  EXPECT_EQ(refusal_of([&] { store_.lock(run, {"n02"}); }), expected);
  EXPECT_EQ(refusal_of([&] { store_.lock(run, {"n02"}, true); }), expected);
}

TEST_F(Locks, OfARunThatWasCutOffAreKeptForResumeOrStolen) {
  Other other([&] {
    RunStore own = open();
    const std::string run = begin(own, "bob@ctl1");
    own.run_key(run);
    own.lock(run, {"n02"});
    tell("locked");
  });
  wait_for("locked");
  other.kill();
  const std::string run = begin(store_);

  EXPECT_EQ(refusal_of([&] { store_.lock(run, {"n02"}); }),
            "error: n02 is held by run 1 of bob@ctl1, which was cut off: run site.yml\n"
            "hint: go on with it: provisioner resume 1; or give it up and run anew with "
            "--steal-locks");
  EXPECT_EQ(store_.lock(run, {"n02"}, true).size(), 1U);
  EXPECT_EQ(store_.locks().front().run, run);
}

TEST_F(Locks, OfARunThatCannotBeResumedAreTakenOver) {
  Other other([&] { hold_n02(); });  // it never made a key: nothing was done
  wait_for("locked");
  other.kill();

  EXPECT_EQ(store_.lock(begin(store_), {"n02"}).size(), 1U);
}

TEST_F(Locks, HaveAFenceThatOnlyRises) {
  const std::string first = begin(store_), second = begin(store_);
  const auto before = store_.lock(first, {"n01", "n02"});
  EXPECT_EQ(before[0].fence, before[1].fence);
  store_.unlock(first);
  EXPECT_TRUE(store_.locks().empty());

  const auto after = store_.lock(second, {"n01"});
  const auto again = open().lock(second, {"n01"});

  EXPECT_LT(before[0].fence, after[0].fence);
  EXPECT_LT(after[0].fence, again[0].fence);
}

TEST_F(Locks, AreHeldByOneOfManyThatComeAtOnce) {
  constexpr int processes = 6;
  std::vector<std::unique_ptr<Other>> others;
  for (int process = 0; process < processes; ++process)
    others.push_back(std::make_unique<Other>([&, process] {
      RunStore own = open();
      const std::string run = begin(own);
      wait_for("go");
      const std::string refusal = refusal_of([&] { own.lock(run, {"n01", "n02"}); });
      tell((refusal.empty() ? "got" : "lost") + std::to_string(process));
    }));
  tell("go");
  const auto names = [&](const char* pattern) {
    return os::glob(directory_.path() + "/" + pattern).size();
  };
  tests::wait_until("all have tried", [&] { return names("got*") + names("lost*") == processes; });

  EXPECT_EQ(names("got*"), 1U);
  EXPECT_EQ(store_.locks().size(), 2U);
}

}  // namespace
}  // namespace provisioner::store
