# A network for the job only: two private subnets, no internet gateway, no NAT gateway. The job reaches Kinesis and S3 through
# the endpoints that the module creates. The tag Project allows the CI role to change the network.

data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "job" {
  cidr_block           = "10.42.0.0/24"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = "clickstream-${var.environment}", Project = "clickstream" }
}

resource "aws_subnet" "job" {
  count = 2

  vpc_id            = aws_vpc.job.id
  cidr_block        = cidrsubnet(aws_vpc.job.cidr_block, 1, count.index)
  availability_zone = data.aws_availability_zones.available.names[count.index]
  tags              = { Name = "clickstream-${var.environment}-${count.index}", Project = "clickstream" }
}

resource "aws_route_table" "job" {
  vpc_id = aws_vpc.job.id
  tags   = { Name = "clickstream-${var.environment}", Project = "clickstream" }
}

resource "aws_route_table_association" "job" {
  count = 2

  subnet_id      = aws_subnet.job[count.index].id
  route_table_id = aws_route_table.job.id
}
