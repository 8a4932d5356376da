# Iterators that only a loop knows serve again; those that somebody has got hold of do not.
import sys
def a(n):
    s=0
    l=[1,2,3]; t=(4,5)
    for i in range(n):
        for x in l: s+=x
        for x in t: s+=x
        for x in range(3): s+=x
        for x in range(2,i%5): s+=x
        s+=sum([x for x in l])
        for x in {1:2}: s+=x
        for x in {5}: s+=x
        for a,b in {1:2}.items(): s+=b
        for x in range(10,5): s+=x
    return s
print(a(3000))
def esc():
    r=[]
    for i in range(1200):
        r.append([sys._getframe().f_locals['.0'] for x in (1,2)][0])
        r.append(list(locals() for x in [1,2])[0]['.0'])
    print(len(r), list(r[0]), list(r[100]), r[500].__length_hint__(), len(set(map(id,r)))==len(r))
esc()
# expect: 100200
# expect: 2400 [] [] 0 True
