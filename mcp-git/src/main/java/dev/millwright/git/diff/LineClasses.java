package dev.millwright.git.diff;

/** The lines of two texts as small numbers: equal lines, and only they, have the same. */
final class LineClasses {
    final int[] left;
    final int[] right;

    /** How often each class is in a text. */
    final int[] inLeft;

    final int[] inRight;

    LineClasses(Lines left, Lines right) {
        this.left = new int[left.count()];
        this.right = new int[right.count()];
        int all = left.count() + right.count();
        int[] slots = new int[Integer.highestOneBit(Math.max(8, all)) * 4];
        Lines[] texts = new Lines[all];
        int[] lines = new int[all];
        int classes = number(left, this.left, slots, texts, lines, 0);
        classes = number(right, this.right, slots, texts, lines, classes);
        inLeft = counts(this.left, classes);
        inRight = counts(this.right, classes);
    }

    /** Open addressing: a slot holds a class + 1, its first line stands for the class. */
    private static int number(Lines text, int[] numbers, int[] slots, Lines[] texts, int[] lines, int classes) {
        int mask = slots.length - 1;
        int next = classes;
        for (int i = 0; i < numbers.length; i++) {
            long hash = text.hash(i);
            int slot = (int) hash & mask;
            while (true) {
                int known = slots[slot] - 1;
                if (known < 0) {
                    slots[slot] = next + 1;
                    texts[next] = text;
                    lines[next] = i;
                    numbers[i] = next++;
                    break;
                } else if (texts[known].hash(lines[known]) == hash && texts[known].same(lines[known], text, i)) {
                    numbers[i] = known;
                    break;
                }
                slot = slot + 1 & mask;
            }
        }
        return next;
    }

    private static int[] counts(int[] numbers, int classes) {
        int[] counts = new int[classes];
        for (int number : numbers) {
            counts[number]++;
        }
        return counts;
    }
}
