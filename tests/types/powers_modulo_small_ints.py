# pow() of three ints that fit into a word, and just not.
vals=[0,1,-1,2,-2,3,7,-7,10,1009,-1009,2**31,-2**31,2**47+5,-2**47-5,2**49-1,-2**49]
h=0
for b in vals:
    for e in [0,1,2,3,5,10,63,64,1000,2**20+1]:
        for m in vals:
            if m: h = h * 31 + pow(b, e, m) & (1 << 64) - 1
print(h)
# expect: 17964395273049101894
