// Runs and events: durable, and right when two processes come at once.

#include "provisioner/base/store/run_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/store/database.h"
#include "tests/store/earlier_version.h"
#include "tests/store/own_store.h"
#include "tests/support/private_place.h"
#include "tests/support/processes.h"

namespace provisioner::store {
namespace {

TEST_F(Runs, CountUpAndAreNeverReused) {
  RunStore store = open();

  EXPECT_EQ(begin(store), "1");
  EXPECT_EQ(begin(store), "2");
  EXPECT_EQ(store.runs().front().id, "2");
  EXPECT_EQ(store.run("3"), std::nullopt);
  EXPECT_EQ(store.run("1 OR 1"), std::nullopt);
}

TEST_F(Runs, KeepWhatResumeNeeds) {
  const std::string run = [&] {
    RunStore store = open();
    return begin(store);
  }();

  EXPECT_EQ(open().parameters(run), Value(Dict{{"playbook", "site.yml"}}));
  EXPECT_EQ(refusal_of([&] { open().parameters("77"); }),
            "error: there is no run '77'\nhint: see: provisioner runs list");
}

TEST_F(Runs, AreAliveWhileTheirProcessIs) {
  RunStore store = open();
  const std::string ours = begin(store);
  {
    const Other other([&] {
      RunStore own = open();
      begin(own, "bob@ctl1");
      tell("begun");
    });
    wait_for("begun");
    EXPECT_TRUE(store.run("2")->is_alive);
  }
  EXPECT_FALSE(store.run("2")->is_alive);
  EXPECT_TRUE(store.run(ours)->is_alive);

  store.end_run(ours, 2, true);

  EXPECT_FALSE(store.run(ours)->is_alive);
  EXPECT_EQ(store.run(ours)->exit_code, 2);
}

TEST_F(Runs, AreTakenUpOnlyWhenTheyWereCutOff) {
  RunStore store = open();
  Other other([&] {
    RunStore own = open();
    begin(own, "bob@ctl1");
    tell("begun");
  });
  wait_for("begun");
  EXPECT_EQ(refusal_of([&] { store.take_up_run("1"); }),
            "error: run 1 of bob@ctl1 is still running");

  other.kill();
  store.take_up_run("1");

  EXPECT_TRUE(store.run("1")->is_alive);
}

TEST_F(Runs, KeepEventsInOrderWithWhatTheyHold) {
  const std::string run = [&] {
    RunStore store = open();
    const std::string id = begin(store);
    Event sealed = event(2);
    sealed.sealed = std::string("\0\xff", 2);
    sealed.data = Value(Dict{{"text", "\xC3\xA9 \x1b"}});
    store.append(id, {event(1), sealed});
    store.append(id, {event(3, EventKind::run_ended)});
    return id;
  }();
  std::vector<Event> all;
  open().each_event(run, [&](const Event& one) { all.push_back(one); });

  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].host, "n01");
  EXPECT_EQ(all[0].task, "play/0/task/1");
  EXPECT_EQ(all[1].sealed, std::string("\0\xff", 2));
  EXPECT_EQ(all[1].data, Value(Dict{{"text", "\xC3\xA9 \x1b"}}));
  EXPECT_EQ(all[2].kind, EventKind::run_ended);
}

TEST_F(Runs, KeepAllEventsOfARoundOrNone) {
  RunStore store = open();
  const std::string run = begin(store);
  store.append(run, {event(1)});

  EXPECT_NE(refusal_of([&] { store.append(run, {event(2), event(1)}); }), "");

  EXPECT_EQ(sequences(store, run), std::vector<std::uint64_t>{1});
  store.append(run, {event(2)});
  EXPECT_EQ(sequences(store, run), (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(Runs, KeepWhatWasAcknowledgedWhenTheirProcessIsKilled) {
  for (int round = 0; round < 5; ++round) {
    const std::string acknowledged = directory_.path() + "/acknowledged" + std::to_string(round);
    Other other([&] {
      RunStore own = open();
      const std::string run = begin(own);
      for (std::uint64_t at = 1;; ++at) {
        own.append(run, {event(2 * at - 1), event(2 * at)});
        os::write_file(acknowledged, std::to_string(2 * at));
      }
    });
    tests::wait_until("some were acknowledged", [&] {
      return os::read_file(acknowledged).value_or("").size() > 1;  // ten and more
    });
    other.kill();

    const auto kept = sequences(open(), std::to_string(round + 1));
    EXPECT_GE(kept.size(), std::stoul(os::require_file(acknowledged)));
    EXPECT_EQ(kept.size() % 2, 0U);
    EXPECT_EQ(kept.back(), kept.size());
  }
}

TEST_F(Runs, HaveAKeyUntilTheyEndWell) {
  RunStore store = open();
  const std::string run = begin(store);
  const std::string sealed = store.run_key(run).seal("result", run);
  struct stat status {};
  ASSERT_EQ(::stat((path() + "/keys/1").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);

  EXPECT_EQ(open().run_key(run).open(sealed, run), "result");
  EXPECT_TRUE(open().can_resume(run));
  store.end_run(run, 0, true);

  EXPECT_FALSE(os::exists(path() + "/keys/1"));
  EXPECT_FALSE(store.can_resume(run));
  EXPECT_NE(refusal_of([&] { store.run_key(run).open(sealed, run); }), "");
}

class Chain : public Runs {
 protected:
  void SetUp() override {
    RunStore store = open();
    const std::string run = begin(store);
    store.append(run, {event(0), event(1)});
    store.append(run, {event(2), event(3)});
    store.end_run(run, 0, true);
  }
  // What is wrong after somebody did this to the file.
  std::vector<std::string> problems_after(const std::string& sql) const {
    Database::open(path()).execute(sql);
    return open().check_journal("1").problems;
  }
};

TEST_F(Chain, IsWholeAsItWasWritten) {
  const JournalCheck check = open().check_journal("1");

  EXPECT_TRUE(check.problems.empty());
  EXPECT_EQ(check.records, 4U);
  EXPECT_FALSE(check.is_open);
  EXPECT_EQ(check.head.size(), 64U);
}

TEST_F(Chain, GoesOnInAnotherProcess) {
  RunStore first = open();
  const std::string run = begin(first);
  first.append(run, {event(0)});
  open().append(run, {event(1)});

  const JournalCheck check = open().check_journal(run);
  EXPECT_TRUE(check.problems.empty());
  EXPECT_TRUE(check.is_open);
}

TEST_F(Chain, ShowsWhichRecordWasAltered) {
  for (const std::string column : {"time = time + 1", "kind = 3", "host = 'n02'", "task = ''",
                                   "data = '{}'", "sealed = x'00'"})
    EXPECT_EQ(problems_after("UPDATE events SET " + column + " WHERE sequence = 2").size(), 1U)
        << column;
  EXPECT_EQ(open().check_journal("1").problems.front(),
            "record 2 (task_started of n02) does not match its digest: it was altered, or what "
            "stands before it");
}

TEST_F(Chain, ShowsWhereRecordsAreMissing) {
  EXPECT_EQ(problems_after("DELETE FROM events WHERE sequence = 3"),
            std::vector<std::string>{"after the last record: records are missing"});
  EXPECT_EQ(problems_after("DELETE FROM events WHERE sequence = 1").front(),
            "before record 2 (host_finished of n01): records are missing");
}

TEST_F(Chain, ShowsThatTheCommandOrTheOperatorWasAltered) {
  EXPECT_EQ(problems_after("UPDATE runs SET operator = 'bob@ctl1'").front(),
            "record 0 (host_finished of n01) does not match its digest: it was altered, or what "
            "stands before it");
}

TEST_F(Chain, ShowsADigestThatWasTakenAway) {
  EXPECT_EQ(problems_after("UPDATE events SET digest = NULL WHERE sequence = 1").size(), 2U);
}

TEST_F(Chain, BeginsWithTheRecordsOfThisVersion) {
  {
    Database database = Database::open(path());
    make_second_version(database);
    database.execute(
        "ALTER TABLE events DROP COLUMN digest; ALTER TABLE runs DROP COLUMN head; "
        "PRAGMA user_version = 1");
  }
  RunStore store = open();
  store.append("1", {event(4), event(5)});

  const JournalCheck check = store.check_journal("1");
  EXPECT_TRUE(check.problems.empty());
  EXPECT_EQ(check.without_digest, 4U);
}

TEST_F(Runs, AreForTheirOwnerOnly) {
  RunStore store = open();
  begin(store);
  for (const std::string& name : os::entries(path())) {
    struct stat status {};
    ASSERT_EQ(::stat((path() + "/" + name).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 077, 0U) << name;
  }
}

TEST_F(Runs, OfTwoProcessesGetDifferentIdsAndLoseNothing) {
  constexpr int processes = 4, runs = 10;
  std::vector<std::unique_ptr<Other>> others;
  for (int process = 0; process < processes; ++process)
    others.push_back(std::make_unique<Other>([&, process] {
      RunStore own = open();
      for (int count = 0; count < runs; ++count) {
        const std::string run = begin(own);
        own.append(run, {event(1), event(2)});
      }
      tell("done" + std::to_string(process));
    }));
  for (int process = 0; process < processes; ++process) wait_for("done" + std::to_string(process));

  RunStore store = open();
  EXPECT_EQ(store.runs().size(), static_cast<std::size_t>(processes * runs));
  for (const RunSummary& run : store.runs()) EXPECT_EQ(sequences(store, run.id).size(), 2U);
}

class Place : public Runs {};

TEST_F(Place, ThatIsFullIsToldAndLosesNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "a full disk of its own needs root";
  os::make_directories(path());
  tests::with_own_mounts([&] {
    ASSERT_EQ(::mount("none", path().c_str(), "tmpfs", 0, "size=1m,mode=700"), 0);
    RunStore store = open();
    const std::string run = begin(store);
    store.append(run, {event(1)});
    Event large = event(2);
    large.data = Value(Dict{{"text", std::string(2 << 20, 'x')}});

    EXPECT_EQ(refusal_of([&] { store.append(run, {large}); }),
              "error: '" + path() +
                  "/state.db' cannot be used: database or disk is full\n"
                  "hint: is the disk full? see: df -h " +
                  path() + "/state.db");

    EXPECT_EQ(sequences(store, run), std::vector<std::uint64_t>{1});
    store.append(run, {event(2)});
    EXPECT_EQ(sequences(store, run), (std::vector<std::uint64_t>{1, 2}));
  });
}

TEST_F(Place, ThatMayNotBeWrittenIsTold) {
  if (::geteuid() != 0) GTEST_SKIP() << "a read-only disk of its own needs root";
  os::make_directories(path());
  tests::with_own_mounts([&] {
    ASSERT_EQ(::mount("none", path().c_str(), "tmpfs", MS_RDONLY, ""), 0);
    EXPECT_EQ(refusal_of([&] { open(); }),
              "error: '" + path() +
                  "/state.db' cannot be opened: unable to open database file\n"
                  "hint: it must be writable by you; another place is chosen by PROVISIONER_STATE");
  });
}

TEST_F(Place, ThatMayNoLongerBeWrittenIsReadAllTheSame) {
  if (::geteuid() != 0) GTEST_SKIP() << "a read-only disk of its own needs root";
  os::make_directories(path());
  tests::with_own_mounts([&] {
    ASSERT_EQ(::mount("none", path().c_str(), "tmpfs", 0, ""), 0);
    const std::string run = [this] {
      RunStore store = open();
      return begin(store);
    }();
    ASSERT_EQ(::mount("none", path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
    RunStore store = open();

    ASSERT_EQ(store.runs().size(), 1U);
    EXPECT_EQ(store.runs().front().id, run);
    EXPECT_EQ(refusal_of([&] { begin(store); }),
              "error: '" + path() +
                  "/state.db' cannot be written or read: attempt to write a readonly database\n"
                  "hint: it must be writable by you; another place is chosen by PROVISIONER_STATE");
  });
}

TEST_F(Place, OfADamagedFileIsTold) {
  os::make_directories(path());
  os::write_file(path() + "/state.db", std::string(8192, 'x'));

  EXPECT_EQ(
      refusal_of([&] { open(); }),
      "error: '" + path() +
          "/state.db' cannot be used: file is not a database\n"
          "hint: the file is damaged: restore it from a backup, or move it away to begin anew");
}

TEST_F(Place, OfALaterVersionIsRefusedAndLeftAlone) {
  open();
  Database::open(path()).execute("PRAGMA user_version = 99");

  EXPECT_EQ(refusal_of([&] { open(); }),
            "error: '" + path() +
                "' was written by a later version of this program\n"
                "hint: use that version, or another directory by PROVISIONER_STATE");
}

}  // namespace
}  // namespace provisioner::store
