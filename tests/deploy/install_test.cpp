// The whole way on a block device that the kernel makes of a file.
#include "provisioner/node/deploy/install.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/signature.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/node/deploy/configure.h"
#include "provisioner/node/disks/disk.h"
#include "provisioner/node/disks/partitions.h"
#include "tests/deploy/orders.h"
#include "tests/deploy/small_system.h"
#include "tests/support/fake_mdadm.h"
#include "tests/support/images.h"
#include "tests/support/loop_device.h"
#include "tests/support/small_server.h"

namespace provisioner::deploy {
namespace {

using testing::HasSubstr;
using disks::FakeMdadm;
using disks::LoopDevice;
using disks::TestImage;
using disks::cut;
using disks::has_md;
using disks::open_disk;
using disks::partition_path;
using fetch::HttpClient;
using fetch::SmallServer;

constexpr std::int64_t source_size = 64 << 20, target_size = (std::int64_t{2} << 30) + 512;

enum class Mdadm : bool { missing, there };

// A disk image: boot code, GPT, and an ext4 with a small system.
std::string make_image(const std::string& directory, Mdadm mdadm = Mdadm::there) {
  const std::string system = directory + "/system", image = directory + "/image";
  make_small_system(system);
  os::make_directories(system + "/usr/sbin");
  if (mdadm == Mdadm::there) os::write_file(system + "/usr/sbin/mdadm", "", 0755);
  os::write_file(image, "");
  EXPECT_EQ(::truncate(image.c_str(), source_size), 0);
  os::run_checked({.argv = {"sfdisk", "--quiet", image},
                   .input = "label: gpt\n1 : start=4096, size=124928, type=L\n"
                            "14 : start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649"
                            "\n"});
  os::run_checked({.argv = {"mkfs.ext4", "-q", "-F", "-d", system, "-E", "offset=2097152", image,
                            "61M"}});
  std::string bytes = os::require_file(image, 2 * source_size);
  bytes.replace(0, 9, "boot code");
  return bytes;
}

class Installing : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0 || !os::exists("/dev/loop-control"))
      GTEST_SKIP() << "a block device needs root and the kernel's loop driver";
    order = read_order(whole_order());
    take_image(make_image(directory.path()));
    order.disk = {"", "S1", target_size, {}};
    order.cache_gib = 1;
    os::write_file(disk_file, "");
    ASSERT_EQ(::truncate(disk_file.c_str(), target_size), 0);
    workplace.scratch = directory.path() + "/scratch";
    workplace.manifest_keys = directory.path() + "/keys";
    os::write_file(workplace.manifest_keys, base::hex(key.public_key) + "\n");
  }

  void take_image(std::string bytes) {
    image = cut(std::move(bytes), chunk::chunk_size);
    const std::string manifest = chunk::to_json(image.manifest);
    image.files[image.digest] = manifest;
    order.manifest = image.digest;
    order.signature = crypto::sign(manifest, key);
  }

  std::string answer(const SmallServer::Call& call) {
    if (call.method == "POST") {
      reports.push_back(call.body);
      if (is_disarmed) return SmallServer::answer(403, "{}");
      return SmallServer::ok(R"({"token": "t", "action": "go on"})");
    }
    const auto file = image.files.find(call.path.substr(7));
    if (file == image.files.end()) return SmallServer::answer(404, "");
    ++fetches;
    return SmallServer::ok(file->second);
  }

  std::vector<std::string> install_on(const LoopDevice& device) {
    HttpClient client(server.url());
    Reporter reporter(client, base::Secret("t"));
    Progress progress(reporter, os::system_clock(), [](const std::string&) {});
    return install(order, {disk_facts(device.name(), "", "S1", target_size)}, client, progress,
                   workplace);
  }

  std::string refusal() {
    const LoopDevice device(disk_file);
    try {
      install_on(device);
    } catch (const base::Error& error) {
      return error.message();
    }
    return "installed";
  }

  os::TemporaryDirectory directory;
  const std::string disk_file = directory.path() + "/disk";
  const crypto::SigningKey key = crypto::SigningKey::make();
  TestImage image;
  Order order;
  Workplace workplace;
  std::vector<std::string> reports;
  int fetches = 0;
  bool is_disarmed = false;
  SmallServer server{[this](const SmallServer::Call& call) { return answer(call); }};
};

TEST_F(Installing, ChangesNothingBeforeTheFirstStepIsTold) {
  is_disarmed = true;
  os::write_file(disk_file, "what lay there");
  ASSERT_EQ(::truncate(disk_file.c_str(), target_size), 0);
  const std::string before = os::run_checked({.argv = {"sha256sum", disk_file}});

  EXPECT_THAT(refusal(), HasSubstr("refuses 'writing'"));
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_THAT(reports.front(), HasSubstr(R"("step": "write")"));
  EXPECT_EQ(os::run_checked({.argv = {"sha256sum", disk_file}}), before);
}

TEST_F(Installing, MakesADiskThatHasAllThatWasOrdered) {
  const LoopDevice device(disk_file);
  const std::vector<std::string> keys = install_on(device);
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_THAT(keys[0], HasSubstr("ssh-ed25519 AAAA"));
  const std::string table = os::run_checked({.argv = {"sfdisk", "--dump", device.path()}});
  EXPECT_THAT(table, HasSubstr("name=\"image-cache\""));
  EXPECT_EQ(os::run_checked({.argv = {"blkid", "-p", "-o", "value", "-s", "LABEL",
                                      partition_path(device.path(), 15)}}),
            "image-cache\n");
  Mounted root(partition_path(device.path(), 1), directory.path() + "/mounted",
               Mounted::Access::read_only);
  EXPECT_EQ(os::require_file(directory.path() + "/mounted/etc/motd"), "hello\n");
  EXPECT_EQ(os::require_file(directory.path() + "/mounted/etc/hostname"), "n03\n");
  EXPECT_THAT(reports.front(), HasSubstr(R"("step": "write", "done": 0)"));
  EXPECT_THAT(reports.back(), HasSubstr(R"("step": "finish")"));
}

TEST_F(Installing, FetchesNothingTwiceOfWhatIsStillAsItWasWritten) {
  const LoopDevice device(disk_file);
  install_on(device);
  const int first = std::exchange(fetches, 0);
  install_on(device);
  EXPECT_LT(fetches, first);
}

TEST_F(Installing, RefusesAManifestThatNobodySigned) {
  order.signature[5] = static_cast<char>(order.signature[5] ^ 1);
  EXPECT_EQ(refusal(), "the manifest '" + image.digest +
                           "' is signed by none of the keys of this RAM disk");
  EXPECT_EQ(open_disk(disk_file)->read(0, 9), std::string(9, '\0'));
}

TEST_F(Installing, RefusesAManifestThatIsAnother) {
  image.files[image.digest] += " ";
  EXPECT_EQ(refusal(), "the manifest '" + image.digest + "' comes damaged");
}

TEST_F(Installing, FailsWhereTheServerHasNoSuchFile) {
  image.files.erase(order.manifest);
  EXPECT_EQ(refusal(), "the boot service answers '/files/" + image.digest + "' with 404");
}

TEST_F(Installing, TouchesNoDiskThatHasNoRoomForTheCache) {
  order.cache_gib = 2;
  EXPECT_EQ(refusal(), "the disk has 2147484160 bytes, and '" + image.manifest.name + " " +
                           image.manifest.version + "' with a cache of 2 GiB needs 2214609408");
  EXPECT_EQ(open_disk(disk_file)->read(0, 9), std::string(9, '\0'));
  EXPECT_EQ(fetches, 1);  // the manifest
}

// Two disks of which the second is the larger one.
class InstallingMirrors : public Installing {
 protected:
  void SetUp() override {
    Installing::SetUp();
    if (IsSkipped()) return;
    if (!has_md()) {
      fake.emplace(directory.path() + "/bin");
      workplace.arrays = directory.path() + "/md";
    }
    order.layout = deploy::Layout::mirror;
    order.cache_gib = 0;
    order.disk.size = first_size;
    order.second_disk = ExpectedDisk{"", "S2", second_size, {}};
    os::write_file(second_file, "");
    ASSERT_EQ(::truncate(disk_file.c_str(), first_size), 0);
    ASSERT_EQ(::truncate(second_file.c_str(), second_size), 0);
  }

  std::vector<std::string> install_on(const LoopDevice& first, const LoopDevice& second) {
    HttpClient client(server.url());
    Reporter reporter(client, base::Secret("t"));
    Progress progress(reporter, os::system_clock(), [](const std::string&) {});
    return install(order,
                   {disk_facts(second.name(), "", "S2", second_size),
                    disk_facts(first.name(), "", "S1", first_size)},
                   client, progress, workplace);
  }

  std::string table_of(const LoopDevice& device) {
    return os::run_checked({.argv = {"sfdisk", "--dump", device.path()}});
  }

  // Lines of sfdisk's without what is one disk's alone: GUIDs and names of devices.
  std::vector<std::string> places_of(const LoopDevice& device) {
    std::vector<std::string> places;
    const std::string table = table_of(device);
    for (const std::string_view line : base::lines_of(table))
      if (const std::size_t begin = line.find("start="); begin != line.npos)
        places.emplace_back(line.substr(begin, line.find(", uuid") - begin));
    return places;
  }

  // Of the disk and its two partitions.
  std::set<std::string> guids_of(const LoopDevice& device) {
    std::set<std::string> guids;
    const std::string table = table_of(device);
    for (const std::string mark : {"label-id: ", "uuid="})
      for (std::size_t at = table.find(mark); at != table.npos; at = table.find(mark, at + 1))
        guids.insert(table.substr(at + mark.size(), 36));
    return guids;
  }

  std::string motd_on(const LoopDevice& device) {
    const std::string place = directory.path() + "/mounted";
    const Mounted root(partition_path(device.path(), 1), place, Mounted::Access::read_only);
    return os::require_file(place + "/etc/motd");
  }

  static constexpr std::int64_t first_size = (160 << 20) + 512, second_size = 224 << 20;
  const std::string second_file = directory.path() + "/second";
  std::optional<FakeMdadm> fake;
};

TEST_F(InstallingMirrors, MakeTwoDisksOfWhichEitherHasAll) {
  const LoopDevice first(disk_file), second(second_file);
  EXPECT_THAT(install_on(first, second).at(0), HasSubstr("ssh-ed25519 AAAA"));
  EXPECT_EQ(places_of(first), places_of(second));
  EXPECT_EQ(places_of(first).size(), 2u);
  for (const LoopDevice* device : {&first, &second}) {
    EXPECT_EQ(open_disk(device->path())->read(0, 9), "boot code");
    EXPECT_EQ(motd_on(*device), "hello\n");
    os::run_checked({.argv = {"e2fsck", "-f", "-n", partition_path(device->path(), 1)}});
  }
  EXPECT_THAT(reports, testing::Contains(HasSubstr(R"("step": "mirror")")));
}

TEST_F(InstallingMirrors, GiveTheSecondDiskGuidsOfItsOwn) {
  const LoopDevice first(disk_file), second(second_file);
  install_on(first, second);
  const std::set<std::string> guids = guids_of(first), others = guids_of(second);
  EXPECT_EQ(guids.size(), 3u);
  EXPECT_EQ(others.size(), 3u);
  for (const std::string& guid : guids) EXPECT_FALSE(others.contains(guid)) << guid;
}

TEST_F(InstallingMirrors, FetchEachFileOnce) {
  const LoopDevice first(disk_file), second(second_file);
  install_on(first, second);
  EXPECT_EQ(static_cast<std::size_t>(fetches), image.files.size());
}

TEST_F(InstallingMirrors, AreMarkedOnBothDisksWhereTheirArraysCannotBeMade) {
  const LoopDevice first(disk_file), second(second_file);
  const FakeMdadm broken(directory.path() + "/broken");
  os::write_file(directory.path() + "/broken/mdadm", "#!/bin/sh\nexit 1\n", 0755);
  EXPECT_THROW(install_on(first, second), base::Error);
  for (const LoopDevice* device : {&first, &second})
    EXPECT_EQ(open_disk(device->path())->read(0, 23), "provisioner: unfinished");
}

TEST_F(InstallingMirrors, RefuseAnImageThatCouldNotBootFromThem) {
  os::remove_tree(directory.path() + "/system");
  take_image(make_image(directory.path(), Mdadm::missing));
  const LoopDevice first(disk_file), second(second_file);
  try {
    install_on(first, second);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "the image has no 'mdadm', and could not boot from a mirror");
  }
}

TEST_F(InstallingMirrors, TouchNeitherDiskWhereTheSecondIsTooSmall) {
  ASSERT_EQ(::truncate(second_file.c_str(), source_size - 4096), 0);
  const LoopDevice first(disk_file), second(second_file);
  EXPECT_THROW(install_on(first, second), base::Error);
  EXPECT_EQ(open_disk(first.path())->read(0, 9), std::string(9, '\0'));
}

TEST_F(InstallingMirrors, TouchNeitherDiskWhereTheSecondHasNoRoomForItsSuperblock) {
  ASSERT_EQ(::truncate(second_file.c_str(), source_size + (1 << 20)), 0);
  order.second_disk->size = source_size + (1 << 20);
  const LoopDevice first(disk_file), second(second_file);
  HttpClient client(server.url());
  Reporter reporter(client, base::Secret("t"));
  Progress progress(reporter, os::system_clock(), [](const std::string&) {});
  const value::List facts{
      disk_facts(second.name(), "", "S2", source_size + (1 << 20)),
      disk_facts(first.name(), "", "S1", first_size)};
  try {
    install(order, facts, client, progress, workplace);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("the second disk has 68157440 bytes"));
    EXPECT_THAT(error.message(), HasSubstr("on a mirror needs 68174336"));
  }
  for (const LoopDevice* device : {&first, &second})
    EXPECT_EQ(open_disk(device->path())->read(0, 9), std::string(9, '\0'));
}

}  // namespace
}  // namespace provisioner::deploy
