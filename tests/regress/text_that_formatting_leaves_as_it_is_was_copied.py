text = "abcde"
print("%s" % text is text, "%.5s" % text is text, "%3s" % text is text)  # expect: True True True
print("{}".format(text) is text, "{0:.9s}".format(text) is text)         # expect: True True
print(text % () is text, text.format() is text)                          # expect: True True
print(text.expandtabs() is text, text.replace("bc", "bc") is text)       # expect: True True

# Only what the whole result consists of counts.
print("%s%s" % (text, ""), "%s%.2s" % ("", text), "%s!" % "")            # expect: abcde ab !
print("yy{0:{1}}".format("", "1s"), "{:{}}{}".format("", "2", "ab"))     # expect: yy    ab
