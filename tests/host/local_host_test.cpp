#include "provisioner/node/host/local_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/host/query_table.h"

namespace provisioner::host {
namespace {

using testing::HasSubstr;

std::string failure_of(Host& host, const wire::Step& step) {
  try {
    host.perform(step);
    return "";
  } catch (const base::Error& error) {
    return error.message();
  }
}

TEST(LocalHost, WritesABlobThatWasSentBefore) {
  const os::TemporaryDirectory directory("local-host");
  const std::string digest = crypto::sha256("text");
  os::write_file(directory.path() + "/" + digest, "text");
  auto host = make_local_host({.blob_directory = directory.path()});
  wire::WriteFile step;
  step.path = directory.path() + "/file";
  step.content.digest = digest;

  host->perform(step);

  EXPECT_EQ(os::read_file(step.path), "text");
}

TEST(LocalHost, RefusesABlobThatIsNotWhatItsNameSays) {
  const os::TemporaryDirectory directory("local-host");
  const std::string digest = crypto::sha256("text");
  os::write_file(directory.path() + "/" + digest, "other");
  auto host = make_local_host({.blob_directory = directory.path()});
  wire::WriteFile step;
  step.path = directory.path() + "/file";
  step.content.digest = digest;

  EXPECT_THAT(failure_of(*host, step), HasSubstr("the content that arrived is not the one sent"));
  EXPECT_THAT(os::entries(directory.path()), testing::ElementsAre(digest));
}

TEST(LocalHost, AsksOnlyProgramsOfItsTable) {
  auto host = make_local_host();

  EXPECT_THROW(host->query({"rm", "-r", "/none"}, ""), base::Error);
  EXPECT_THROW(host->query({"systemctl", "stop", "ssh"}, ""), base::Error);
  EXPECT_EQ(host->query({"getent", "passwd", "root"}, "").status, 0);
}

TEST(QueryTable, KnowsAPretendedInstallationFromARealOne) {
  EXPECT_TRUE(is_known_query({"apt-get", "-s", "install", "nginx"}));
  EXPECT_FALSE(is_known_query({"apt-get", "install", "nginx"}));
  EXPECT_FALSE(is_known_query({}));
}

TEST(LocalHost, GivesAProgramTheTasksEnvironment) {
  auto host = make_local_host({.environment = {{"NAME", "task"}}});
  Host::Command command;
  command.argv = {"sh", "-c", "echo $NAME"};

  EXPECT_EQ(host->run(command).out, "task\n");
  EXPECT_EQ(host->environment("NAME"), "task");
}

TEST(LocalHost, ReadsTheKernelsViewOfItself) {
  auto host = make_local_host();

  EXPECT_EQ(host->kernel().system, "Linux");
  EXPECT_FALSE(host->mounts().empty());
  EXPECT_EQ(host->sysctl("kernel.ostype"), "Linux");
  EXPECT_FALSE(host->sysctl("no.such.setting").has_value());
  EXPECT_GT(host->space("/")->total_bytes, 0u);
}

TEST(LocalHost, DropsTheSetUserBitOfAnotherUsersFileWithItsContent) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to own files otherwise";
  const os::TemporaryDirectory directory("local-host");
  auto host = make_local_host();
  wire::WriteFile step;
  step.path = directory.path() + "/file";
  step.attributes = {65534, 65534, 04755};
  host->perform(step);

  step.attributes = {};
  step.content.bytes = "new";
  host->perform(step);

  EXPECT_EQ(host->status(step.path, Follow::no)->mode, 0755u);
  EXPECT_EQ(host->status(step.path, Follow::no)->uid, 65534u);
}

// A mount of its own, gone with the test.
class Mount {
 public:
  Mount(const std::string& from, const std::string& to) : to_(to) {
    is_there_ = mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) == 0;
  }
  // A folder over which a tmpfs is laid: files tell another device than their directories.
  Mount(const std::string& lower, const std::string& upper, const std::string& to) : to_(to) {
    is_there_ = mount("none", upper.c_str(), "tmpfs", 0, nullptr) == 0;
    for (const char* part : {"/upper", "/work"}) mkdir((upper + part).c_str(), 0755);
    const std::string options =
        "lowerdir=" + lower + ",upperdir=" + upper + "/upper,workdir=" + upper + "/work";
    is_there_ = is_there_ && mount("none", to.c_str(), "overlay", 0, options.c_str()) == 0;
    umount2(upper.c_str(), MNT_DETACH);
  }
  ~Mount() {
    if (is_there_) umount2(to_.c_str(), MNT_DETACH);
  }
  bool is_there() const { return is_there_; }

 private:
  std::string to_;
  bool is_there_;
};

TEST(LocalHost, SaysHowToWriteAFileThatSomethingIsMountedOver) {
  const os::TemporaryDirectory directory("local-host");
  os::write_file(directory.path() + "/from", "old");
  os::write_file(directory.path() + "/file", "");
  const Mount mounted(directory.path() + "/from", directory.path() + "/file");
  if (!mounted.is_there()) GTEST_SKIP() << "may not mount here";
  auto host = make_local_host();
  wire::WriteFile step;
  step.path = directory.path() + "/file";
  step.content.bytes = "new";

  EXPECT_THAT(failure_of(*host, step), HasSubstr("device or resource busy"));
  step.in_place = true;
  host->perform(step);

  EXPECT_EQ(os::read_file(directory.path() + "/from"), "new");
}

TEST(LocalHost, DoesNotRemoveWhatIsMountedBelow) {
  const os::TemporaryDirectory directory("local-host");
  for (const char* name : {"/tree", "/tree/below", "/data"})
    mkdir((directory.path() + name).c_str(), 0755);
  os::write_file(directory.path() + "/data/file", "text");
  const Mount mounted("/dev/shm", directory.path() + "/tree/below");
  if (!mounted.is_there()) GTEST_SKIP() << "may not mount here";
  auto host = make_local_host();

  EXPECT_THAT(failure_of(*host, wire::Remove{directory.path() + "/tree", true}),
              HasSubstr("device or resource busy"));
  EXPECT_TRUE(os::is_directory(directory.path() + "/tree/below"));
}

TEST(LocalHost, RemovesADirectoryOnAnOverlay) {
  const os::TemporaryDirectory directory("local-host");
  for (const char* name : {"/lower", "/lower/tree", "/upper", "/root"})
    mkdir((directory.path() + name).c_str(), 0755);
  os::write_file(directory.path() + "/lower/tree/old", "text");
  const Mount mounted(directory.path() + "/lower", directory.path() + "/upper",
                      directory.path() + "/root");
  if (!mounted.is_there()) GTEST_SKIP() << "may not mount here";
  os::write_file(directory.path() + "/root/tree/new", "text");
  auto host = make_local_host();

  host->perform(wire::Remove{directory.path() + "/root/tree", true});

  EXPECT_FALSE(os::exists(directory.path() + "/root/tree"));
}

}  // namespace
}  // namespace provisioner::host
