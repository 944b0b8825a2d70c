// The whole way on a block device that the kernel makes of a file.
#include "provisioner/node/deploy/install.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/signature.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/node/deploy/configure.h"
#include "provisioner/node/deploy/disk.h"
#include "provisioner/node/deploy/partitions.h"
#include "tests/deploy/images.h"
#include "tests/deploy/orders.h"
#include "tests/deploy/small_server.h"
#include "tests/deploy/small_system.h"

namespace provisioner::deploy {
namespace {

using testing::HasSubstr;

constexpr std::int64_t source_size = 64 << 20, target_size = (std::int64_t{2} << 30) + 512;

// A file as a block device, for as long as this lives.
class LoopDevice {
 public:
  explicit LoopDevice(const std::string& file) {
    path_ = base::trim(
        os::run_checked({.argv = {"losetup", "--find", "--show", "--partscan", file}}));
  }
  ~LoopDevice() { os::run({.argv = {"losetup", "--detach", path_}}); }
  const std::string& path() const { return path_; }
  std::string name() const { return path_.substr(5); }

 private:
  std::string path_;
};

// A disk image: boot code, GPT, and an ext4 with a small system.
std::string make_image(const std::string& directory) {
  const std::string system = directory + "/system", image = directory + "/image";
  make_small_system(system);
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
    image = cut(make_image(directory.path()), chunk::chunk_size);
    const std::string manifest = chunk::to_json(image.manifest);
    image.files[image.digest] = manifest;
    order = read_order(whole_order());
    order.manifest = image.digest;
    order.signature = crypto::sign(manifest, key);
    order.disk = {"", "S1", target_size, {}};
    order.cache_gib = 1;
    os::write_file(disk_file, "");
    ASSERT_EQ(::truncate(disk_file.c_str(), target_size), 0);
    workplace.scratch = directory.path() + "/scratch";
    workplace.manifest_keys = directory.path() + "/keys";
    os::write_file(workplace.manifest_keys, base::hex(key.public_key) + "\n");
  }

  std::string answer(const SmallServer::Call& call) {
    if (call.method == "POST") {
      reports.push_back(call.body);
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
  SmallServer server{[this](const SmallServer::Call& call) { return answer(call); }};
};

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

TEST_F(Installing, RefusesAMirror) {
  order.layout = deploy::Layout::mirror;
  EXPECT_EQ(refusal(), "the layout 'mirror' cannot be made by this RAM disk");
}

}  // namespace
}  // namespace provisioner::deploy
