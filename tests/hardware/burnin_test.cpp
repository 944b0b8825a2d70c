// What burn-ins say of a fleet, and who meets whom in them.

#include <gtest/gtest.h>

#include <set>

#include "provisioner/machine/hardware/burnin.h"
#include "provisioner/machine/hardware/pairs.h"
#include "tests/hardware/fleet.h"

namespace provisioner::hardware {
namespace {

using tests::Fleet;
using value::Dict;
using value::List;
using value::Value;

constexpr const char* time = "2026-11-29T00:25:16.000Z";

Value burned(const Value& facts) {
  List disks;
  for (const Value& disk : facts.find("disks")->list())
    disks.emplace_back(Dict{{"name", *disk.find("name")},
                            {"wwn", *disk.find("wwn")},
                            {"serial", *disk.find("serial")},
                            {"mib_s", 200},
                            {"reads_s", 150},
                            {"errors", 0},
                            {"is_stuck", false},
                            {"problem", ""}});
  const List lines{Dict{{"with", "n01"}, {"sent_mib_s", 110}, {"received_mib_s", 112}},
                   Dict{{"with", "n02"}, {"sent_mib_s", 1100}, {"received_mib_s", 1120}}};
  return Dict{{"memory", Dict{{"time", time}, {"mib", 1024}, {"mib_s", 90'000}, {"errors", 0}}},
              {"cpu", Dict{{"time", time},
                           {"rate", 100'000},
                           {"slowest", 1500},
                           {"slowest_core", 4},
                           {"errors", 0},
                           {"wrong_cores", List{}}}},
              {"disk", Dict{{"time", time}, {"disks", std::move(disks)}}},
              {"network", Dict{{"time", time}, {"lines", lines}}}};
}

class Burnins : public testing::Test {
 protected:
  explicit Burnins() {
    for (int number = 1; number <= 5; ++number)
      fleet.set(number, "burnin", burned(fleet.subjects[static_cast<std::size_t>(number - 1)].facts));
  }
  Fleet fleet{5};
};

TEST_F(Burnins, SayNothingWhereAllAreAlike) { EXPECT_EQ(fleet.told(), ""); }

TEST_F(Burnins, TellWhatWentWrong) {
  fleet.set(1, "burnin.memory.errors", 3);
  fleet.set(1, "burnin.memory.wrong_bits", 0x40);
  fleet.set(2, "burnin.cpu.errors", 1);
  fleet.set(2, "burnin.cpu.wrong_cores", List{7});
  fleet.set(3, "burnin.disk.disks.1.errors", 16);
  fleet.set(4, "burnin.disk.disks.0.is_stuck", true);
  fleet.set(4, "burnin.disk.disks.0.problem", "did not answer in time");
  EXPECT_EQ(fleet.told(),
            "n01 memory: burn-in of 2026-11-29: 3 words read back wrong (bits 0x40) / none / "
            "burnin\n"
            "n02 processors: burn-in of 2026-11-29: 1 wrong result on core 7 / none / burnin\n"
            "n03 disk data: burn-in of 2026-11-29: 16 failed reads / none / burnin\n"
            "n04 disk system: burn-in of 2026-11-29: no answer in time / an answer / burnin\n");
  for (const Finding& finding : check(fleet.subjects).findings) EXPECT_TRUE(finding.is_error());
}

TEST_F(Burnins, TellWhoIsSlow) {
  fleet.set(1, "burnin.memory.mib_s", 71'000);
  fleet.set(2, "burnin.cpu.slowest", 700);
  fleet.set(3, "burnin.disk.disks.0.mib_s", 90);
  fleet.set(4, "burnin.network.lines.1.sent_mib_s", 120);
  fleet.set(5, "burnin.memory.mib_s", 73'000);
  EXPECT_EQ(fleet.told(),
            "n01 memory: burn-in of 2026-11-29: 71000 MiB/s / about 90000 (the middle of 5) / "
            "peers\n"
            "n02 processors: burn-in of 2026-11-29: 700 Mop/s on the slowest core / about 1500 "
            "(the middle of 5) / peers\n"
            "n03 disk system: burn-in of 2026-11-29: 90 MiB/s / about 200 (the middle of 10) / "
            "peers\n"
            "n04 network: burn-in of 2026-11-29: 120 MiB/s sent / about 1100 (the middle of 5) / "
            "peers\n");
  for (const Finding& finding : check(fleet.subjects).findings) EXPECT_FALSE(finding.is_error());
}

TEST_F(Burnins, SayNothingOfTwo) {
  for (int number : {3, 4, 5}) fleet.remove(number, "burnin");
  fleet.set(1, "burnin.memory.mib_s", 1000);
  EXPECT_EQ(fleet.told(), "");
}

TEST_F(Burnins, AreCheckedByThemselves) {
  fleet.set(1, "processors.cores", 31);
  fleet.set(1, "burnin.memory.errors", 1);
  fleet.subjects[1].is_meant = false;
  fleet.set(2, "burnin.memory.errors", 1);
  const std::vector<Finding> findings = check_burnins(fleet.subjects).findings;
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].node, "n01");
  EXPECT_EQ(findings[0].part, "memory");
}

TEST_F(Burnins, KnowTheDisksByThePlacesOfTheInventory) {
  fleet.set(1, "burnin.disk.disks.0.errors", 2);
  fleet.remove(2, "disks");  // nobody has looked for them
  fleet.set(2, "burnin.disk.disks.0.errors", 2);
  const std::vector<Finding> findings = check_burnins(fleet.subjects).findings;
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].part, "disk system");
}

TEST_F(Burnins, ForgetADiskThatWasTakenOut) {
  fleet.set(1, "burnin.disk.disks.0.errors", 16);
  fleet.set(1, "burnin.disk.disks.0.wwn", "0x5000c500ffffffff");
  EXPECT_EQ(fleet.told(), "");
}

TEST_F(Burnins, OutliveALook) {
  const Value former = fleet.subjects[0].facts;
  fleet.remove(1, "burnin");
  const Value facts = fleet.subjects[0].facts;
  EXPECT_EQ(with_former_burnin(facts, former).find("burnin")->dict().size(), 4u);

  fleet.set(1, "burnin", Dict{{"memory", Dict{{"mib_s", 7}}}});
  const Value newer = with_former_burnin(fleet.subjects[0].facts, former);
  EXPECT_EQ(read_burnin(newer).memory->speed, 7);
  EXPECT_EQ(read_burnin(newer).processors->slowest, 1500);

  fleet.remove(1, "burnin");
  fleet.set(1, "firmware.serial", "ANOTHER");
  EXPECT_EQ(with_former_burnin(fleet.subjects[0].facts, former).find("burnin"), nullptr);
}

TEST(RoundsOfPairs, LetAllMeetOnce) {
  for (std::size_t nodes : {2u, 3u, 5u, 8u, 21u}) {
    std::set<std::pair<std::size_t, std::size_t>> met;
    for (const Pairs& round : rounds_of_pairs(nodes, nodes)) {
      std::set<std::size_t> in_round;
      for (const auto& [first, second] : round) {
        EXPECT_TRUE(in_round.insert(first).second && in_round.insert(second).second);
        EXPECT_LT(first, second);
        EXPECT_LT(second, nodes);
        met.emplace(first, second);
      }
    }
    EXPECT_EQ(met.size(), nodes * (nodes - 1) / 2);
  }
}

TEST(RoundsOfPairs, AreNoMoreThanWished) {
  EXPECT_EQ(rounds_of_pairs(20, 3).size(), 3u);
  EXPECT_EQ(rounds_of_pairs(1, 3).size(), 0u);
  EXPECT_EQ(rounds_of_pairs(0, 3).size(), 0u);
}

}  // namespace
}  // namespace provisioner::hardware
