"""jieba and jionlp, asked the same as the language engine, in an environment of their own."""
