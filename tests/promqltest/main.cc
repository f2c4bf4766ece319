// promql-conformance: runs scripts in Prometheus's test language; prints each failing eval and ends with `N passed, N
// failed`.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "storage/disk/memory_disk.h"
#include "storage/disk/rocks_disk.h"
#include "tests/promqltest/runner.h"
#include "tests/promqltest/store_world.h"
#include "tests/promqltest/text.h"
#include "tests/support/temp_directory.h"

namespace {

using namespace sluice;
using namespace sluice::promqltest;

constexpr const char* kUsage =
    "usage: promql-conformance [--batch N] [--threads N] [--store model|memory|rocksdb] [--flush]\n"
    "                          [--immediate-name-removal] FILE.test|FOLDER...\n"
    "  --store    where samples are loaded to: a simple model (default), storage/tsdb over its in-memory disk, or\n"
    "             over RocksDB in a temporary folder\n"
    "  --flush    with a store: after each load, so that blocks answer\n";
constexpr int kExitSkipped = 77;  // as ctest's SKIP_RETURN_CODE

struct Arguments {
  RunOptions options;
  std::string store = "model";
  bool flush = false;
  std::vector<std::string> paths;
};

bool read_number(const std::string& text, std::size_t& out) {
  const auto number = whole_integer<std::size_t>(text);
  if (number) out = *number;
  return number && *number > 0;
}

bool read_option(const std::string& name, const std::string& value, Arguments& arguments) {
  if (name == "--batch") return read_number(value, arguments.options.batch_series);
  if (name == "--threads") return read_number(value, arguments.options.threads);
  arguments.store = value;
  return name == "--store" && (value == "model" || value == "memory" || value == "rocksdb");
}

std::optional<Arguments> parse_arguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--"))
      arguments.paths.push_back(word);
    else if (word == "--immediate-name-removal")
      arguments.options.delayed_name_removal = false;
    else if (word == "--flush")
      arguments.flush = true;
    else if (i + 1 == argc || !read_option(word, argv[++i], arguments))
      return std::nullopt;
  }
  const bool nothing_to_flush = arguments.flush && arguments.store == "model";
  return arguments.paths.empty() || nothing_to_flush ? std::nullopt : std::optional(arguments);
}

// A folder stands for the scripts in it.
std::vector<std::string> scripts_of(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path))
      if (entry.path().extension() == ".test") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Tally failed(const std::string& file, const std::string& why) {
  std::cout << file << ": " << why << "\n";
  return {0, 1};
}

Result<std::unique_ptr<storage::Disk>> open_disk(const std::string& store, const test::TempDirectory& directory) {
  if (store == "rocksdb") return storage::open_rocks_disk({.directory = directory.path()});
  return storage::open_memory_disk(std::make_shared<storage::MemoryMedium>());
}

Tally run_in_store(const Arguments& arguments, const Script& script) {
  const test::TempDirectory directory;
  auto disk = open_disk(arguments.store, directory);
  if (!disk) return failed(script.name, disk.error().detail());
  const auto answers = arguments.flush ? StoreWorld::Answers::from_blocks : StoreWorld::Answers::from_head;
  const auto world = StoreWorld::open(std::move(*disk), answers);
  if (!world) return failed(script.name, world.error().detail());
  return Runner(arguments.options, **world, std::cout).run(script);
}

Tally run_file(const Arguments& arguments, const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!(text << in.rdbuf())) return failed(file, "cannot be read");
  const auto script = parse_script(file, text.str());
  if (!script) return failed(file, script.error().detail());
  if (arguments.store != "model") return run_in_store(arguments, *script);
  ModelWorld world;
  return Runner(arguments.options, world, std::cout).run(*script);
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = parse_arguments(argc, argv);
  if (!arguments) {
    std::cerr << kUsage;
    return 2;
  }
  for (const std::string& path : arguments->paths) {
    if (std::filesystem::exists(path)) continue;
    std::cout << "SKIPPED: " << path << " is absent\n";
    return kExitSkipped;
  }
  Tally total;
  for (const std::string& file : scripts_of(arguments->paths)) total.add(run_file(*arguments, file));
  std::cout << total.passed << " passed, " << total.failed << " failed\n";
  return total.failed == 0 && total.passed > 0 ? 0 : 1;
}
