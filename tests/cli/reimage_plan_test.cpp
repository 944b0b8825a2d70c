// What the plan of a re-image refuses, and how it shows what others have written.

#include "provisioner/front/cli/reimage_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using value::Dict;
using value::List;

constexpr std::int64_t usual_size = 12'000'000'000;

// A node with one disk, and a store with an image of one chunk.
class ReimagePlan : public testing::Test {
 protected:
  ReimagePlan() {
    inventory::Disk disk;
    disk.name = "system";
    disk.serial = "S1";
    disk.use = inventory::Disk::Use::system;
    inventory::Interface port;
    port.name = "eno1";
    port.mac = "00:00:5e:00:53:01";
    node_.node.name = "n01";
    node_.node.disks = {disk};
    node_.node.deploy.image = "debian-12";
    node_.node.deploy.address = "10.78.0.11/24";
    node_.node.network.interfaces = {port};
    node_.variables.set("operator_keys", List{"ssh-ed25519 AAAA"});
    std::string raw(chunk::chunk_size, 'x');
    chunk_ = store_.keep_chunk(0, raw);
    store_.publish({"debian-12", "1", chunk::chunk_size, {}, {chunk_}}, boot_);
  }

  NodePlan plan() const {
    const Dict disk{{"name", "sda"},       {"serial", "S1"},     {"wwn", wwn_},
                    {"size", size_},       {"is_read", true},    {"is_mounted", false},
                    {"signatures", signatures_}};
    const store::HardwareRecord hardware{.node = "n01",
                                         .time = {},
                                         .source = "ssh",
                                         .facts = Dict{{"disks", List{disk}}},
                                         .looked = looked_};
    return plan_node(node_, {hardware, written_}, store_, wish_);
  }

  std::string shown() const {
    std::ostringstream out;
    show({plan()}, out);
    return out.str();
  }

  os::TemporaryDirectory place_;
  image::Store store_ = image::Store::make(place_.path());
  image::BootFiles boot_{store_.keep_file("a kernel"), store_.keep_file("a RAM disk")};
  chunk::Chunk chunk_;
  NamedNode node_{.name = "n01"};
  std::int64_t size_ = usual_size;
  std::string wwn_ = "0x5000c500a1000111";
  List signatures_;
  store::WallTime looked_ = {};
  std::optional<store::LastWrite> written_;
  ReimageWish wish_;
};

TEST_F(ReimagePlan, OrdersWhereNothingSpeaksAgainstIt) {
  EXPECT_THAT(plan().problems, IsEmpty());
  EXPECT_TRUE(plan().may_be_done());
  EXPECT_THAT(shown(), HasSubstr("n01: gets debian-12 1"));
}

TEST_F(ReimagePlan, RefusesDisksThatWereWrittenSinceTheyWereSeen) {
  written_ = {looked_ + std::chrono::minutes(1), true, Dict{}};
  EXPECT_THAT(plan().problems,
              ElementsAre("its disks were seen 1970-01-01T00:00:00Z by ssh, and an image was "
                          "written onto them since (provisioner discover n01, with --boot where it runs no "
                          "system)"));
  looked_ += std::chrono::minutes(2);
  EXPECT_THAT(plan().problems, IsEmpty());
}

TEST_F(ReimagePlan, GoesOnWithTheSameImageWhereItWasCutOff) {
  const std::string digest = store_.image("debian-12", "1").digest;
  written_ = {looked_ + std::chrono::minutes(1), false,
              Dict{{"deploy", Dict{{"manifest", digest}}}}};
  EXPECT_THAT(plan().problems, IsEmpty());
  written_->order = Dict{{"deploy", Dict{{"manifest", std::string(64, 'a')}}}};
  EXPECT_THAT(plan().problems, ElementsAre(HasSubstr("an image was written onto them since")));
  written_->order = Dict{{"deploy", Dict{{"manifest", digest}}}};
  written_->is_whole = true;
  EXPECT_THAT(plan().problems, ElementsAre(HasSubstr("an image was written onto them since")));
}

TEST_F(ReimagePlan, TellsOverridesThatNothingNeeds) {
  signatures_ = {Dict{{"where", "disk"}, {"type", "LVM2_member"}}};
  wish_.overrides = {{"system", "LVM2_member"}, {"sytem", "LVM2_member"}, {"system", "gpfs_nsd"}};
  EXPECT_TRUE(plan().may_be_done());

  const auto idle = idle_overrides({plan()}, wish_);
  ASSERT_EQ(idle.size(), 2U);
  EXPECT_EQ(idle[0].disk, "sytem");
  EXPECT_EQ(idle[1].signature, "gpfs_nsd");
}

TEST_F(ReimagePlan, KeepsWhatADiskSaysOfItselfInItsRow) {
  const std::string row = "n02   system  sda  12.0 GB  S2  -  -  kept: 'system' by serial";
  wwn_ = "0x5\t" + row;
  signatures_ = {Dict{{"where", "disk"}, {"type", "ext4\n" + row}, {"label", "a\n" + row}},
                 Dict{{"where", "1"}, {"type", "LVM2_member\n" + row}}};

  const std::string text = shown();
  for (const std::string_view line : base::lines_of(text))
    EXPECT_FALSE(line.starts_with("n02")) << text;
  EXPECT_EQ(base::lines_of(text).size(), 3U) << text;  // head, the disk, its refusal
  EXPECT_THAT(text, HasSubstr("ext4\\nn02   system"));
  EXPECT_THAT(text, HasSubstr("n01: REFUSED: disk 'system' (sda, serial S1) holds LVM2_member\\n"));
}

TEST_F(ReimagePlan, RefusesADiskWithoutRoomForItsCache) {
  node_.node.deploy.cache_gib = 12;

  EXPECT_THAT(plan().problems,
              ElementsAre("disk 'system' (sda, serial S1) has 12000000000 bytes, and 'debian-12 1' "
                          "with a cache of 12 GiB needs 12889113088"));
}

TEST_F(ReimagePlan, RefusesAStoreThatIsNotWhole) {
  const std::string path = store_.chunk_path(chunk_.file), file = os::require_file(path);
  const std::string begin = "the image 'debian-12 1' is not whole in '" + place_.path() + "': ";
  const std::string hint =
      " (provisioner image verify shows all that is damaged; provisioner image build, or import, "
      "keeps it anew)";
  os::write_file(path, file.substr(1));
  EXPECT_THAT(plan().problems, ElementsAre(begin + "the file of chunk 0 has " +
                                           std::to_string(file.size() - 1) + " bytes instead of " +
                                           std::to_string(file.size()) + hint));
  os::remove_file(path);
  os::remove_file(store_.file_path(boot_.kernel));
  EXPECT_THAT(plan().problems,
              ElementsAre(begin + "the file of chunk 0 is not there, and 1 more" + hint));
  os::write_file(path, file);
  EXPECT_THAT(plan().problems,
              ElementsAre(begin + "the kernel that boots it is not there" + hint));
}

TEST_F(ReimagePlan, RefusesAMacThatIsMoreThanOne) {
  node_.node.network.interfaces.front().mac = "00:00:5e:00:53:a1,set:x";

  EXPECT_THAT(plan().problems, ElementsAre("n01: its MAC address '00:00:5e:00:53:a1,set:x' cannot "
                                           "stand in a boot script"));
}

}  // namespace
}  // namespace provisioner::cli
