// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QLineEdit>
#include <QWidget>

#include "core/data/comparison.h"
#include "core/data/model_info.h"

class QLabel;

namespace driftscope {

/// Shows "name · dtype" at rest and the path while it is edited; takes drops.
class PathEdit : public QLineEdit {
    Q_OBJECT
public:
    explicit PathEdit(QWidget* parent = nullptr);
    void setPath(const QString& path);
    QString path() const { return m_path; }
    /// What to show at rest; empty: the last part of the path.
    void setSummary(const QString& summary);
    /// What is dropped is taken as it is; default: a file of a model stands for its folder.
    void setTakesFiles(bool on) { m_takesFiles = on; }

Q_SIGNALS:
    void pathEdited(const QString& path);

protected:
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void showRest();
    void take();

    QString m_path, m_summary;
    bool m_takesFiles = false;
};

/// Another config.json for run B, over the same weights; empty: the model's own.
class ConfigField : public QWidget {
    Q_OBJECT
public:
    explicit ConfigField(QWidget* parent = nullptr);

    QString path() const { return m_edit->path(); }
    void setPath(const QString& path);
    void browse();

Q_SIGNALS:
    void pathEdited(const QString& path);

private:
    void showState();

    PathEdit* m_edit;
    QLabel* m_warning;
};

/// The mark of a run, its model's folder, a browse button, and what is wrong with it.
class ModelField : public QWidget {
    Q_OBJECT
public:
    explicit ModelField(Side side, QWidget* parent = nullptr);

    QString path() const;
    void setPath(const QString& path);
    void setInfo(const std::shared_ptr<const ModelInfo>& info, const QString& problem);
    void browse();

Q_SIGNALS:
    void pathEdited(const QString& path);

private:
    Side m_side;
    PathEdit* m_edit;
    QLabel* m_problem;
};

}  // namespace driftscope
