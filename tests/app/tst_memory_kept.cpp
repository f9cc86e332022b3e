// SPDX-License-Identifier: GPL-3.0-or-later
// The program as a whole stays within what it states before a comparison: the kernel's own count of
// a child process, over a bundled model and a wider one.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/tiny_checkpoint.h"

using namespace driftscope;

namespace {
// The address sanitizer keeps shadows, red zones and what was freed last resident as well.
#if defined(__SANITIZE_ADDRESS__)
constexpr int kSanitizer = 2;
#else
constexpr int kSanitizer = 1;
#endif
}  // namespace

class TestMemoryKept : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        test::TinyModel wide;
        wide.n_layers = 6, wide.d_model = 512, wide.n_heads = 8, wide.n_kv_heads = 4;
        wide.d_mlp = 1536, wide.d_vocab = 8000, wide.n_ctx = 1024;
        wide.type = StoredType::BF16;
        test::write_tiny_checkpoint(dir_.filePath(QStringLiteral("wide")).toStdString(), wide);
    }

    void the_process_stays_within_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<bool>("parts");
        const QString bundled =
            QStringLiteral(DRIFTSCOPE_SOURCE_DIR "/resources/models/tiny-mixtral");
        QTest::newRow("bundled") << bundled << 128 << false;
        QTest::newRow("bundled, taken apart") << bundled << 48 << true;
        QTest::newRow("wide") << dir_.filePath(QStringLiteral("wide")) << 256 << false;
    }
    void the_process_stays_within() {
        QFETCH(QString, model);
        QFETCH(int, tokens);
        QFETCH(bool, parts);
        std::vector<std::string> words = {DRIFTSCOPE_PROGRAM,
                                          "compare",
                                          "--model",
                                          model.toStdString(),
                                          "--tokens",
                                          ids(tokens),
                                          "--a",
                                          "dtype=float32",
                                          "--b",
                                          "dtype=bfloat16",
                                          "--json"};
        if (parts) words.emplace_back("--attribute");
        const std::string out = dir_.filePath(QStringLiteral("out.json")).toStdString();
        const int64_t peak = peak_of(words, out);
        QVERIFY(peak > 0);
        std::ifstream file(out);
        const auto said = nlohmann::json::parse(file).at("memory");
        const auto most = said.at("at_most").get<int64_t>();
        const QString figures =
            QStringLiteral("said %1 MB, took %2 MB").arg(most / 1e6).arg(peak / 1e6);
        qInfo("%s", qPrintable(figures));
        QVERIFY2(peak <= kSanitizer * most, qPrintable(figures));
        QVERIFY2(most <= 4 * peak, qPrintable(figures));
    }

private:
    static std::string ids(int count) {
        std::string text;
        for (int i = 0; i < count; ++i)
            text += (i > 0 ? "," : "") + std::to_string(3 + i * 37 % 900);
        return text;
    }

    /// Runs it and returns its largest resident size, bytes; −1: it did not end well.
    static int64_t peak_of(std::vector<std::string>& words, const std::string& out) {
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC, 0644);
        std::vector<char*> argv;
        for (std::string& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        pid_t child = 0;
        const int failed =
            posix_spawn(&child, DRIFTSCOPE_PROGRAM, &files, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&files);
        if (failed != 0) return -1;
        int status = 0;
        rusage usage{};
        if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
            WEXITSTATUS(status) != 0)
            return -1;
        return static_cast<int64_t>(usage.ru_maxrss) * 1024;
    }

    QTemporaryDir dir_;
};

QTEST_GUILESS_MAIN(TestMemoryKept)
#include "tst_memory_kept.moc"
