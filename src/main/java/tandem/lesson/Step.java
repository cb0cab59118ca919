package tandem.lesson;

import java.util.List;

/// A step of a lesson.
record Step(String title, List<Block> blocks) {
    boolean hasHint() {
        return blocks.stream().anyMatch(Block.Hint.class::isInstance);
    }

    List<Block.Line> lines() {
        return blocks.stream()
                .filter(Block.Line.class::isInstance)
                .map(Block.Line.class::cast)
                .toList();
    }
}
